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
package io.github.djlquant.monitor;

/**
 * A value inside the graph that a {@link TappedModel} yields as integers.
 *
 * @param value its name
 * @param output the output that yields it
 * @param scale what one step stands for
 * @param zeroPoint the integer that stands for 0
 */
record Tap(String value, String output, float scale, int zeroPoint) {

    /** Refuses a scale that is no positive number. */
    Tap {
        if (!(scale > 0 && Float.isFinite(scale))) {
            throw new IllegalArgumentException("a scale of " + scale + " for " + value);
        }
    }

    /** The numbers that integers stand for. */
    Elements numbers(Elements integers) {
        return index -> (integers.at(index) - zeroPoint) * scale;
    }
}
