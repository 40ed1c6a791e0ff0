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
package io.github.djlquant.evaluate;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Whether two models can be asked and heard alike. Inputs are paired by their names. TorchScript
 * has no names of outputs (they are those of variables in its code), so the only output of either
 * model is the other's, whatever it is called.
 */
public final class PairedSignature {

    private final Graph first;
    private final Graph second;

    private PairedSignature(Graph first, Graph second) {
        this.first = first;
        this.second = second;
    }

    /**
     * Pairs two models.
     *
     * @param source the model to compare with
     * @param first its graph
     * @param quantized the model to judge
     * @param second its graph
     * @return their inputs and outputs in pairs
     * @throws CalibrationException if inputs have other names, or several outputs do
     */
    public static PairedSignature of(Path source, Graph first, Path quantized, Graph second) {
        List<String> asked = names(first.inputs());
        List<String> taken = names(second.inputs());
        if (!new HashSet<>(asked).equals(new HashSet<>(taken))) {
            throw new CalibrationException(
                    Problem.of("the inputs of the two models have other names")
                            .in(quantized)
                            .expected(asked + ", as in " + source)
                            .actual(taken)
                            .next(
                                    "Export one of them again with the other's names: an ONNX model"
                                            + " gets them by torch.onnx.export(..., input_names="
                                            + "[...]), a TorchScript model from the parameters of"
                                            + " forward"));
        }
        List<String> given = names(first.outputs());
        List<String> heard = names(second.outputs());
        boolean single = given.size() == 1 && heard.size() == 1;
        if (!single && !new HashSet<>(heard).containsAll(given)) {
            throw new CalibrationException(
                    Problem.of("the outputs of the two models have other names")
                            .in(quantized)
                            .expected(given + ", as in " + source)
                            .actual(heard)
                            .next(
                                    "Compare a model with what was quantized from it: that keeps"
                                            + " all names, in either format; or export both with"
                                            + " one output"));
        }
        return new PairedSignature(first, second);
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }

    /**
     * Gives the second model's output the first one's name.
     *
     * @param runner runs the second model
     * @return the same runner, if the names are the same already; else one that closes it
     */
    public GraphRunner renamed(GraphRunner runner) {
        if (first.outputs().size() != 1 || second.outputs().size() != 1) {
            return runner;
        }
        String from = second.outputs().get(0).name();
        String to = first.outputs().get(0).name();
        return from.equals(to) ? runner : new Renamed(runner, from, to);
    }

    private record Renamed(GraphRunner runner, String from, String to) implements GraphRunner {

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> feeds) {
            return Map.of(to, runner.run(feeds).get(from));
        }

        @Override
        public void close() {
            runner.close();
        }
    }
}
