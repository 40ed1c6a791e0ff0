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
package io.github.djlquant.testkit.fault;

import io.github.djlquant.graph.Graph;

/**
 * A graph with a fault in it.
 *
 * @param graph a legal graph that computes something else
 * @param fault what is wrong with it
 * @param place where: a node, an input, an output or a class
 * @param value the first value that is wrong; a float model knows it by the same name
 */
public record FaultyGraph(Graph graph, Fault fault, String place, String value) {

    @Override
    public String toString() {
        return fault.description() + " at " + place;
    }
}
