/*
 * Copyright 2026 The djl-quant authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except
 * in compliance with the License. You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software distributed under the License
 * is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express
 * or implied. See the License for the specific language governing permissions and limitations under
 * the License.
 */
package io.github.djlquant.translate;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.StackBatchifier;
import ai.djl.translate.Translator;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.calibrate.CalibrationData;
import java.util.Iterator;

/** Turns inputs of the user's own translator into calibration batches of one row, one at a time. */
final class TranslatorInputs {

    private TranslatorInputs() {}

    /** Returns other kinds of data, and null, as they are. */
    static CalibrationData resolve(CalibrationData data, Model model, Translator<?, ?> translator) {
        if (!(data instanceof CalibrationData.OfInputs inputs)) {
            return data;
        }
        return CalibrationData.ofBatches(
                () -> new Batches(inputs.inputs().iterator(), model, translator));
    }

    /** Holds the arrays of one input; they are freed when the next is asked for. */
    private static final class Batches implements Iterator<NDList> {

        private final Iterator<?> inputs;
        private final Model model;
        private final Translator<Object, ?> translator;
        private InputContext context;
        private boolean prepared;
        private long row;

        @SuppressWarnings("unchecked")
        Batches(Iterator<?> inputs, Model model, Translator<?, ?> translator) {
            this.inputs = inputs;
            this.model = model;
            this.translator = (Translator<Object, ?>) translator;
        }

        @Override
        public boolean hasNext() {
            boolean more = inputs.hasNext();
            if (!more) {
                closeContext();
            }
            return more;
        }

        @Override
        public NDList next() {
            Object input = inputs.next();
            closeContext();
            context = new InputContext(model);
            try {
                if (!prepared) {
                    translator.prepare(context);
                    prepared = true;
                }
                NDList arrays = translator.processInput(context, input);
                row++;
                return batchify(arrays, translator.getBatchifier());
            } catch (Exception e) {
                closeContext();
                if (QuantizationCancelledException.isReasonOf(e)) {
                    Thread.currentThread().interrupt();
                    throw new QuantizationCancelledException(
                            Problem.of("calibration was cancelled after " + row + " samples"), e);
                }
                throw new CalibrationException(
                        Problem.of("the translator refuses a calibration input")
                                .at("input " + row)
                                .expected("what " + translator.getClass().getName() + " takes")
                                .actual(
                                        input == null
                                                ? "null"
                                                : input.getClass().getName()
                                                        + ": "
                                                        + e.getMessage()),
                        e);
            }
        }

        /**
         * Stacking one row is done without arithmetic, which an ONNX-only class path does not have.
         */
        private NDList batchify(NDList arrays, Batchifier batchifier) {
            if (batchifier == null) {
                return arrays;
            }
            if (!(batchifier instanceof StackBatchifier)) {
                return batchifier.batchify(new NDList[] {arrays});
            }
            NDManager manager = context.getNDManager();
            NDList batch = new NDList(arrays.size());
            for (NDArray array : arrays) {
                Shape shape = new Shape(1).addAll(array.getShape());
                NDArray stacked = manager.create(array.toByteBuffer(), shape, array.getDataType());
                stacked.setName(array.getName());
                batch.add(stacked);
            }
            return batch;
        }

        private void closeContext() {
            if (context != null) {
                context.close();
                context = null;
            }
        }
    }
}
