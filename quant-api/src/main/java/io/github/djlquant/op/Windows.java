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
package io.github.djlquant.op;

import io.github.djlquant.graph.Node;
import java.util.Optional;

/** How a dialect's nodes hold the window that they slide over their input. */
public interface Windows {

    /** Of operators without a window. */
    Windows NONE =
            new Windows() {
                @Override
                public Optional<Window> of(Node node) {
                    return Optional.empty();
                }

                @Override
                public Node with(Node node, Window window) {
                    throw new IllegalArgumentException(node.op() + " has no window");
                }
            };

    /**
     * Reads a node's window.
     *
     * @param node a node
     * @return empty if it has none, or one that is only known at run time
     */
    Optional<Window> of(Node node);

    /**
     * Gives a node another window.
     *
     * @param node a node with a window
     * @param window the new one
     * @return a copy of the node
     */
    Node with(Node node, Window window);
}
