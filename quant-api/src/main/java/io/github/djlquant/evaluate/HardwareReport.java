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

import io.github.djlquant.Provenance;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.CpuFeatures;
import io.github.djlquant.backend.TargetCheck;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Says what this CPU means for an artifact.
 *
 * @param graph the artifact
 * @param catalog its operators
 */
record HardwareReport(Graph graph, OpCatalog catalog) {

    /** Two products of a byte and such a weight fit into 16 bits: 2 * 255 * 64 = 32640. */
    private static final int SAFE = 64;

    HardwareCheck of(Optional<Provenance> made, String runtimeVersion) {
        CpuFeatures features = CpuFeatures.here();
        CpuClass cpu = CpuClass.here();
        List<String> remarks = new ArrayList<>();
        boolean dotProduct =
                cpu == CpuClass.ARM64 ? features.has("dotprod") : cpu == CpuClass.X86_VNNI;
        if (dotProduct) {
            remarks.add(
                    "8-bit products are added in 32 bits by one instruction: int8 is fast here");
        } else if (cpu == CpuClass.ARM64) {
            remarks.add("without dotprod int8 gains little over float on this CPU");
        } else {
            remarks.add(
                    "without VNNI three instructions do the work of one, and neighbouring products"
                            + " are added in saturating 16 bits: int8 gains less here, and weights"
                            + " must be made for it");
        }
        if (!features.list().isEmpty() && cpu != CpuClass.ARM64 && !features.has("avx2")) {
            remarks.add("without AVX2 the engines' integer kernels are slow");
        }
        made.ifPresent(
                provenance -> {
                    TargetCheck check = TargetCheck.of(provenance.target(), cpu, runtimeVersion);
                    remarks.add(
                            check.text().isEmpty()
                                    ? "the artifact is made for this place"
                                    : check.text());
                    if (provenance.target().pairSafeWeights()) {
                        remarks.add("its weights are chosen so that no 16-bit sum can saturate");
                    }
                });
        Optional<String> hazard =
                made.isPresent()
                        ? made.map(it -> TargetCheck.of(it.target(), cpu, runtimeVersion))
                                .filter(it -> it.verdict() == TargetCheck.Verdict.REFUSE)
                                .map(TargetCheck::text)
                        : cpu == CpuClass.X86_AVX2 ? foreignHazard() : Optional.empty();
        hazard.filter(it -> made.isEmpty()).ifPresent(remarks::add);
        return new HardwareCheck(
                features.name(),
                cpu.text(),
                features.list(),
                dotProduct,
                made.map(provenance -> provenance.target().name()).orElse(""),
                remarks,
                hazard);
    }

    /** Weights of another maker, of which nobody says for which CPU they are made. */
    private Optional<String> foreignHazard() {
        long layers = graph.nodes().stream().filter(this::maySaturate).count();
        return layers == 0
                ? Optional.empty()
                : Optional.of(
                        layers
                                + (layers == 1 ? " layer has 8-bit" : " layers have 8-bit")
                                + " weights beyond "
                                + SAFE
                                + ", whose products overflow 16-bit sums on a CPU without 8-bit"
                                + " dot products, such as this one: quantize the float model with"
                                + " the target any");
    }

    private boolean maySaturate(Node node) {
        Role role = catalog.role(node);
        if (role != Role.CONVOLUTION && role != Role.LINEAR && role != Role.MATRIX_PRODUCT) {
            return false;
        }
        return graph.producer(node.input(1))
                .filter(maker -> catalog.role(maker) == Role.DEQUANTIZE)
                .flatMap(maker -> graph.constant(maker.input(0)))
                .filter(weights -> weights.dataType() == DataType.INT8)
                .filter(
                        weights ->
                                Arrays.stream(weights.toInts()).anyMatch(w -> Math.abs(w) > SAFE))
                .isPresent();
    }
}
