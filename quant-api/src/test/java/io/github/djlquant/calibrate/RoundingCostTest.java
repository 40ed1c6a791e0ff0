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
package io.github.djlquant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.observe.Observer;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.TensorScheme;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;

/** The cost in closed form and by tables against quantizing points of every bin. */
class RoundingCostTest {

    private static final int POINTS = 64;

    @Property(tries = 60)
    void isTheMeanErrorOfQuantizing(
            @ForAll long seed,
            @ForAll @DoubleRange(min = 0.05, max = 1) double shrink,
            @ForAll boolean signed,
            @ForAll @DoubleRange(min = 1.5, max = 4) double power) {
        Random random = new Random(seed);
        float[] elements = new float[400];
        for (int i = 0; i < elements.length; i++) {
            float x = (float) (random.nextGaussian() * Math.exp(2 * random.nextGaussian()));
            elements[i] = signed ? x : Math.abs(x);
        }
        Observer observer = new Observer();
        observer.sample(elements, elements.length);
        float min = 0;
        float max = 0;
        for (float element : elements) {
            min = Math.min(min, element);
            max = Math.max(max, element);
        }
        observer.extremes(1, min, max);
        Distribution distribution = Distribution.of(observer.statistics());
        TensorScheme scheme = Recipe.staticInt8().activations();
        Range range = Range.holding(min * shrink, max * shrink);

        double expected = 0;
        TensorScheme.ScaleZeroPoint one = scheme.parametersFor(range.min(), range.max());
        for (int bin = 0; bin < distribution.size(); bin++) {
            double from = distribution.lower(bin);
            double width = distribution.upper(bin) - from;
            for (int i = 0; i < POINTS; i++) {
                double x = from + width * (i + 0.5) / POINTS;
                double level = Math.rint(x / one.scale()) + one.zeroPoint();
                double clipped = Math.max(scheme.qmin(), Math.min(scheme.qmax(), level));
                double error = Math.abs(x - one.scale() * (clipped - one.zeroPoint()));
                expected += distribution.mass(bin) / POINTS * Math.pow(error, power);
            }
        }
        expected /= distribution.total();
        assertThat(new RoundingCost(distribution, scheme, power).of(range))
                .isCloseTo(expected, Percentage.withPercentage(1));
    }

    @Property(tries = 500)
    void tablesAgreeWithTheFunctions(
            @ForAll @DoubleRange(min = 1e-9, max = 0.5) @Scale(9) double x) {
        assertThat(PowerTable.of(3.4).at(x)).isCloseTo(Math.pow(x, 3.4), Offset.offset(1e-8));
        assertThat(LogTable.log(x)).isCloseTo(Math.log(x), Offset.offset(1e-7));
        assertThat(LogTable.log(1 / x)).isCloseTo(-Math.log(x), Offset.offset(1e-7));
    }
}
