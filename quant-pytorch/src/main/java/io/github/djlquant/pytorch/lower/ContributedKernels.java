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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.Extensions;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.lower.Lowering.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernels of every {@link KernelExtension}. */
final class ContributedKernels {

    private static final Logger logger = LoggerFactory.getLogger(ContributedKernels.class);

    /** No extension at all. */
    static final ContributedKernels NONE = new ContributedKernels(Map.of());

    private final Map<OpType, SiteKernel> kernels;

    private ContributedKernels(Map<OpType, SiteKernel> kernels) {
        this.kernels = Map.copyOf(kernels);
    }

    /**
     * Loads what is on the class path.
     *
     * @param known operators that have a kernel of ours
     */
    static ContributedKernels load(Set<OpType> known) {
        return of(Extensions.load(KernelExtension.class), known);
    }

    static ContributedKernels of(Iterable<KernelExtension> extensions, Set<OpType> known) {
        Map<OpType, SiteKernel> kernels = new HashMap<>();
        Map<OpType, Class<?>> owners = new HashMap<>();
        for (KernelExtension extension : extensions) {
            Class<?> owner = extension.getClass();
            extension
                    .kernels()
                    .forEach(
                            (op, kernel) -> {
                                Class<?> other = owners.put(op, owner);
                                if (other != null) {
                                    throw collision(op, other.getName(), owner.getName());
                                }
                                if (known.contains(op)) {
                                    logger.info(
                                            "{} replaces the kernel of {}", owner.getName(), op);
                                }
                                kernels.put(op, kernel);
                            });
        }
        return new ContributedKernels(kernels);
    }

    private static QuantizationException collision(OpType op, String one, String other) {
        return new QuantizationException(
                Problem.of("two extensions bring a kernel for one operator")
                        .at("operator " + op)
                        .actual(one + " and " + other)
                        .next("Take one of their jars off the class path"));
    }

    boolean has(Node node) {
        return kernels.containsKey(node.op()) && node.outputs().size() == 1;
    }

    /** Replaces an operator between dequantize and quantize. */
    boolean lower(Node node, Lowering lowering) {
        Optional<Result> result = lowering.result(node).filter(r -> !r.relu());
        return result.isPresent()
                && new KernelSite(
                                node,
                                lowering::quantized,
                                result.get().value(),
                                result.get().absorbed(),
                                lowering.editor())
                        .lower(kernels.get(node.op()));
    }

    /**
     * Replaces an operator that moves integers.
     *
     * @param carried scale, zero point and type of every quantized tensor
     * @param moved those of the operator's result
     */
    boolean lower(
            Node node,
            Map<String, QuantizedValue> carried,
            QuantizedValue moved,
            GraphEditor editor) {
        return new KernelSite(
                        node,
                        value -> Optional.ofNullable(carried.get(value)).map(v -> v.as(value)),
                        moved.as(node.output()),
                        List.of(),
                        editor)
                .lower(kernels.get(node.op()));
    }
}
