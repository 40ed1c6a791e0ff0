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
package io.github.djlquant.recipe;

import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.scheme.TensorScheme;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the user asks: an immutable, versioned, serialisable description of a quantization, saved in
 * every artifact that it made.
 *
 * @param name the preset that it started from, such as {@code static-int8}
 * @param method when activations get their scale
 * @param activations how activations are quantized
 * @param weights how weights are quantized; the channel axis is set per operator
 * @param ranges how activation ranges follow from statistics
 * @param biasCorrection true to make up for the mean output error of quantized weights in the bias
 * @param splitInput true to give the network's input nine bits where that costs next to nothing
 * @param protectOutliers true to keep values in float of which a few elements are so large that the
 *     others would round to next to nothing
 * @param quantizedEngine the library of kernels that a TorchScript file is made for; empty for the
 *     one that libtorch takes by itself on the target
 * @param fusion how far float operators are merged first
 * @param scope which nodes are to be quantized
 * @param gate what the result must reach
 */
public record Recipe(
        String name,
        Method method,
        TensorScheme activations,
        TensorScheme weights,
        RangeMethod ranges,
        boolean biasCorrection,
        boolean splitInput,
        boolean protectOutliers,
        Optional<QuantizedEngine> quantizedEngine,
        Fusion fusion,
        Scope scope,
        GateThresholds gate) {

    /** The version of the JSON form. */
    public static final int VERSION = 1;

    /** Requires all parts. */
    public Recipe {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(activations, "activations");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(ranges, "ranges");
        Objects.requireNonNull(quantizedEngine, "quantizedEngine");
        Objects.requireNonNull(fusion, "fusion");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(gate, "gate");
    }

    /**
     * Returns the preset for convolutional networks: int8 weights per channel, uint8 activations
     * with ranges from calibration data.
     *
     * @return the recipe
     */
    public static Recipe staticInt8() {
        return new Recipe(
                "static-int8",
                Method.STATIC,
                TensorScheme.UINT8_ACTIVATION,
                TensorScheme.INT8_WEIGHT,
                new RangeMethod.Mse(2.4),
                true,
                true,
                true,
                Optional.empty(),
                Fusion.BATCH_NORM_ACTIVATION,
                Scope.ALL,
                GateThresholds.DEFAULT);
    }

    /**
     * Returns the preset that needs no data: int8 weights per channel, activations quantized at run
     * time.
     *
     * @return the recipe
     */
    public static Recipe dynamicInt8() {
        return staticInt8().withName("dynamic-int8").withMethod(Method.DYNAMIC);
    }

    /**
     * Returns the preset that changes no number: batch norms folded, shapes declared and, for the
     * target {@code here}, the operators that this machine's runtime computes fastest. Needs no
     * data; what quantization itself gains shows against it.
     *
     * @return the recipe
     */
    public static Recipe optimize() {
        return staticInt8().withName("optimize").withMethod(Method.FLOAT);
    }

    /**
     * Returns {@link #staticInt8} for TorchScript files that one of PyTorch's libraries of integer
     * kernels runs. What it changes there:
     *
     * <ul>
     *   <li>{@code x86}: nothing, it is the default;
     *   <li>{@code fbgemm}: convolutions carry zero points with which the engine x86 leaves them to
     *       FBGEMM too, on every CPU, and weights need to be safe in FBGEMM's order only;
     *   <li>{@code onednn}: all weights have the zero point 0, without which it refuses them;
     *   <li>{@code onednn} and {@code qnnpack}: results of linear layers are quantized as well,
     *       since only FBGEMM has kernels that yield floats.
     * </ul>
     *
     * For another {@link #method}, use {@link #withQuantizedEngine}.
     *
     * @param engine the library
     * @return the recipe, named like the library
     */
    public static Recipe staticInt8(QuantizedEngine engine) {
        return staticInt8().withName(engine.text()).withQuantizedEngine(engine);
    }

    /**
     * Returns the preset of a name.
     *
     * @param preset such as {@code static-int8} or {@code fbgemm}
     * @return the recipe, empty if there is no such preset
     */
    public static Optional<Recipe> named(String preset) {
        return switch (preset) {
            case "static-int8" -> Optional.of(staticInt8());
            case "dynamic-int8" -> Optional.of(dynamicInt8());
            case "optimize" -> Optional.of(optimize());
            default -> QuantizedEngine.named(preset).map(Recipe::staticInt8);
        };
    }

    /**
     * Renames the recipe.
     *
     * @param changed the new name
     * @return a copy
     */
    public Recipe withName(String changed) {
        return with(draft -> draft.name = changed);
    }

    /**
     * Changes when activations get their scale.
     *
     * @param changed the new method
     * @return a copy
     */
    public Recipe withMethod(Method changed) {
        return with(draft -> draft.method = changed);
    }

    /**
     * Changes how activations are quantized.
     *
     * @param changed the new scheme
     * @return a copy
     */
    public Recipe withActivations(TensorScheme changed) {
        return with(draft -> draft.activations = changed);
    }

    /**
     * Changes how weights are quantized.
     *
     * @param changed the new scheme
     * @return a copy
     */
    public Recipe withWeights(TensorScheme changed) {
        return with(draft -> draft.weights = changed);
    }

    /**
     * Changes how ranges follow from statistics.
     *
     * @param changed the new method
     * @return a copy
     */
    public Recipe withRanges(RangeMethod changed) {
        return with(draft -> draft.ranges = changed);
    }

    /**
     * Switches bias correction.
     *
     * @param changed true to correct biases
     * @return a copy
     */
    public Recipe withBiasCorrection(boolean changed) {
        return with(draft -> draft.biasCorrection = changed);
    }

    /**
     * Switches the splitting of the network's input.
     *
     * @param changed true to split it
     * @return a copy
     */
    public Recipe withSplitInput(boolean changed) {
        return with(draft -> draft.splitInput = changed);
    }

    /**
     * Switches the protection of values with outliers. Needs a range method that looks at the
     * distribution; min-max and moving-average have none to judge by.
     *
     * @param changed true to keep such values in float
     * @return a copy
     */
    public Recipe withProtectOutliers(boolean changed) {
        return with(draft -> draft.protectOutliers = changed);
    }

    /**
     * Changes the library of kernels that a TorchScript file is made for.
     *
     * @param changed the library
     * @return a copy
     */
    public Recipe withQuantizedEngine(QuantizedEngine changed) {
        return with(draft -> draft.quantizedEngine = Optional.of(changed));
    }

    /**
     * Changes how far float operators are merged.
     *
     * @param changed the new level
     * @return a copy
     */
    public Recipe withFusion(Fusion changed) {
        return with(draft -> draft.fusion = changed);
    }

    /**
     * Changes which nodes are to be quantized.
     *
     * @param changed the new scope
     * @return a copy
     */
    public Recipe withScope(Scope changed) {
        return with(draft -> draft.scope = changed);
    }

    /**
     * Changes what the result must reach.
     *
     * @param changed the new thresholds
     * @return a copy
     */
    public Recipe withGate(GateThresholds changed) {
        return with(draft -> draft.gate = changed);
    }

    private Recipe with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.recipe();
    }

    /** A recipe while one part of it changes. */
    private static final class Draft {
        private String name;
        private Method method;
        private TensorScheme activations;
        private TensorScheme weights;
        private RangeMethod ranges;
        private boolean biasCorrection;
        private boolean splitInput;
        private boolean protectOutliers;
        private Optional<QuantizedEngine> quantizedEngine;
        private Fusion fusion;
        private Scope scope;
        private GateThresholds gate;

        Draft(Recipe recipe) {
            name = recipe.name;
            method = recipe.method;
            activations = recipe.activations;
            weights = recipe.weights;
            ranges = recipe.ranges;
            biasCorrection = recipe.biasCorrection;
            splitInput = recipe.splitInput;
            protectOutliers = recipe.protectOutliers;
            quantizedEngine = recipe.quantizedEngine;
            fusion = recipe.fusion;
            scope = recipe.scope;
            gate = recipe.gate;
        }

        Recipe recipe() {
            return new Recipe(
                    name,
                    method,
                    activations,
                    weights,
                    ranges,
                    biasCorrection,
                    splitInput,
                    protectOutliers,
                    quantizedEngine,
                    fusion,
                    scope,
                    gate);
        }
    }
}
