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
package io.github.djlquant.onnx.read;

import io.github.djlquant.onnx.proto.NodeProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names every node once. ONNX does not require names; the IR does. A name is kept for the first
 * node that has it; a nameless node is called after its operator and first output, so that the same
 * file always gives the same names.
 */
final class NodeNames {

    private final Set<String> given = new HashSet<>();
    private final Set<String> used = new HashSet<>();
    private final Map<String, Integer> suffixes = new HashMap<>();

    NodeNames(List<NodeProto> nodes) {
        nodes.forEach(node -> given.add(node.getName()));
    }

    String next(NodeProto node) {
        String name = node.getName();
        if (!name.isEmpty() && used.add(name)) {
            return name;
        }
        String stem = name;
        if (name.isEmpty()) {
            String output =
                    node.getOutputList().stream().filter(o -> !o.isEmpty()).findFirst().orElse("");
            stem = output.isEmpty() ? node.getOpType() : node.getOpType() + "_" + output;
        }
        String candidate = stem;
        while (given.contains(candidate) || !used.add(candidate)) {
            candidate = stem + "_" + suffixes.merge(stem, 1, Integer::sum);
        }
        return candidate;
    }
}
