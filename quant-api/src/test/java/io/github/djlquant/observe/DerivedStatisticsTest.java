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
package io.github.djlquant.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;

/** What follows for a moved or joined value must be what observing that value would have given. */
class DerivedStatisticsTest {

    private static Statistics observe(float[] channelOne, float[] channelTwo) {
        Observer observer = new Observer();
        float[] all = new float[channelOne.length + channelTwo.length];
        System.arraycopy(channelOne, 0, all, 0, channelOne.length);
        System.arraycopy(channelTwo, 0, all, channelOne.length, channelTwo.length);
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (float value : all) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        observer.extremes(1, min, max);
        observer.sample(all, all.length);
        observer.channelMeans(1, mean(channelOne), mean(channelTwo));
        return observer.statistics();
    }

    private static float mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return (float) (sum / values.length);
    }

    private static float[] array(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    private static float[] plus(float[] values, float offset) {
        float[] moved = values.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += offset;
        }
        return moved;
    }

    @Property
    void movedIsAsObserved(
            @ForAll @Size(8) List<@FloatRange(min = -4, max = 4) Float> first,
            @ForAll @Size(8) List<@FloatRange(min = -4, max = 4) Float> second,
            @ForAll @FloatRange(min = -2, max = 2) float offset) {
        float[] one = array(first);
        float[] two = array(second);
        Statistics derived = observe(one, two).shifted(offset);
        Statistics observed = observe(plus(one, offset), plus(two, offset));
        assertThat(derived.min()).isCloseTo(observed.min(), within(1e-5));
        assertThat(derived.max()).isCloseTo(observed.max(), within(1e-5));
        assertThat(derived.meanMin()).isCloseTo(observed.meanMin(), within(1e-5));
        assertThat(derived.channelMeans().orElseThrow())
                .containsExactly(observed.channelMeans().orElseThrow(), within(1e-5));
        assertThat(derived.histogram().total()).isEqualTo(observed.histogram().total());
        // A bin is at most 1/64 of its distance from 0 wide, here at most 4 / 64, on both sides.
        assertThat(derived.histogram().quantile(0.5))
                .isCloseTo(observed.histogram().quantile(0.5), within(0.25));
    }

    @Property
    void joinedHoldsTheChannelsOfBoth(
            @ForAll @Size(8) List<@FloatRange(min = -4, max = 4) Float> first,
            @ForAll @Size(8) List<@FloatRange(min = -4, max = 4) Float> second) {
        float[] one = array(first);
        float[] two = array(second);
        Statistics whole = observe(one, two);
        Statistics joined = whole.beside(whole.shifted(1));
        double[] means = whole.channelMeans().orElseThrow();
        assertThat(joined.min()).isEqualTo(whole.min());
        assertThat(joined.max()).isEqualTo(whole.max() + 1);
        assertThat(joined.histogram().total()).isEqualTo(2 * whole.histogram().total());
        assertThat(joined.channelMeans().orElseThrow())
                .containsExactly(
                        new double[] {means[0], means[1], means[0] + 1, means[1] + 1},
                        within(1e-5));
    }
}
