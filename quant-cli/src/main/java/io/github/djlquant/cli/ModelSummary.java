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
package io.github.djlquant.cli;

import io.github.djlquant.Provenance;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Role;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is in a model file.
 *
 * @param file the file
 * @param bytes its size
 * @param inputs what a caller must supply
 * @param outputs what a caller gets
 * @param opsets version by dialect
 * @param operators number of nodes by operator, the most frequent first; nodes of nested bodies
 *     count
 * @param parameters elements of all constants but 64-bit integers, truth values and text, which
 *     hold shapes and indices
 * @param parameterBytes their size
 * @param work multiply-accumulates for one sample
 * @param form whether and how the model is quantized
 * @param provenance who quantized it, if this project did
 * @param plan what was decided then, and why
 */
record ModelSummary(
        Path file,
        long bytes,
        List<Value> inputs,
        List<Value> outputs,
        Map<String, Long> opsets,
        Map<String, Integer> operators,
        long parameters,
        long parameterBytes,
        MultiplyAccumulates work,
        Form form,
        Optional<Provenance> provenance,
        Optional<StoredPlan> plan) {

    /** Whether and how a model is quantized. */
    enum Form {
        /** All arithmetic is float. */
        FLOAT("no"),
        /** Quantize and dequantize nodes around float operators; the engine fuses them. */
        QDQ("yes, with QuantizeLinear and DequantizeLinear around its operators (QDQ)"),
        /** Operators that compute on integers. */
        KERNELS("yes, with operators that compute on integers");

        private final String text;

        Form(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    int nodes() {
        return operators.values().stream().mapToInt(Integer::intValue).sum();
    }

    static ModelSummary of(Path file, long bytes, Graph graph, OpCatalog catalog) {
        Counter counter = new Counter(catalog);
        counter.add(graph);
        Optional<StoredPlan> plan = StoredPlan.in(graph.metadata(), file);
        return new ModelSummary(
                file,
                bytes,
                graph.inputs(),
                graph.outputs(),
                graph.opsets(),
                mostFrequentFirst(counter.operators),
                counter.parameters,
                counter.parameterBytes,
                MultiplyAccumulates.of(graph, catalog, plan),
                counter.form(),
                Provenance.in(graph.metadata(), file.toString()),
                plan);
    }

    private static Map<String, Integer> mostFrequentFirst(Map<String, Integer> operators) {
        Map<String, Integer> sorted = new LinkedHashMap<>();
        operators.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Integer>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(e -> sorted.put(e.getKey(), e.getValue()));
        return sorted;
    }

    /** Walks a graph and its nested bodies. */
    private static final class Counter {
        private final OpCatalog catalog;
        private final Map<String, Integer> operators = new TreeMap<>();
        private long parameters;
        private long parameterBytes;
        private boolean kernels;
        private boolean quantizes;

        Counter(OpCatalog catalog) {
            this.catalog = catalog;
        }

        void add(Graph graph) {
            add(graph.constants().values());
            for (Node node : graph.nodes()) {
                operators.merge(node.op().toString(), 1, Integer::sum);
                Role role = catalog.role(node);
                kernels |= role.isQuantizedKernel();
                quantizes |= role == Role.QUANTIZE || role == Role.DEQUANTIZE;
                for (Attribute attribute : node.attributes().values()) {
                    if (attribute instanceof Attribute.GraphAttribute nested) {
                        add(nested.body());
                    } else if (attribute instanceof Attribute.TensorAttribute constant) {
                        add(List.of(constant.value()));
                    }
                }
            }
        }

        private void add(Collection<Tensor> constants) {
            for (Tensor tensor : constants) {
                DataType type = tensor.dataType();
                if (type != DataType.INT64 && type != DataType.BOOL && type != DataType.STRING) {
                    parameters += tensor.elementCount();
                    parameterBytes += type.byteSize(tensor.elementCount());
                }
            }
        }

        Form form() {
            return kernels ? Form.KERNELS : quantizes ? Form.QDQ : Form.FLOAT;
        }
    }
}
