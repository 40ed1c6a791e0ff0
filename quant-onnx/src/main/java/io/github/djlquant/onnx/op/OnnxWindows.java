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
package io.github.djlquant.onnx.op;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Node;
import io.github.djlquant.op.Window;
import io.github.djlquant.op.Windows;
import java.util.List;
import java.util.Optional;

/** The attributes in which ONNX's convolutions and poolings hold their windows. */
final class OnnxWindows implements Windows {

    @Override
    public Optional<Window> of(Node node) {
        return Optional.of(
                new Window(
                        node.intsAttribute("kernel_shape"),
                        node.intsAttribute("strides"),
                        node.intsAttribute("pads"),
                        node.intsAttribute("dilations"),
                        node.intAttribute("group", 1),
                        node.stringAttribute("auto_pad", "NOTSET").startsWith("SAME"),
                        node.intAttribute("ceil_mode", 0) != 0));
    }

    @Override
    public Node with(Node node, Window window) {
        Node made = node;
        made = with(made, "kernel_shape", window.kernel());
        made = with(made, "strides", window.strides());
        made = with(made, "pads", window.pads());
        made = with(made, "dilations", window.dilations());
        boolean grouped = window.groups() != 1 || node.attributes().containsKey("group");
        return grouped ? made.withAttribute("group", Attribute.of(window.groups())) : made;
    }

    /** What is empty is left to the default, as before. */
    private static Node with(Node node, String key, List<Long> values) {
        return values.equals(node.intsAttribute(key))
                ? node
                : node.withAttribute(key, new Attribute.IntsAttribute(values));
    }
}
