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
package io.github.djlquant.transform;

import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.observe.ChannelProfile;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.QuantParams;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a transform may look at, and where it says what it did. One per run of the pipeline. */
public final class TransformContext {

    private final OpCatalog catalog;
    private final Recipe recipe;
    private final Target target;
    private final Map<String, QuantParams> kept;
    private final Map<String, Statistics> derived = new LinkedHashMap<>();
    private CalibrationTable statistics;
    private QuantPlan plan;
    private List<Note> notes = new ArrayList<>();
    private Map<String, ChannelProfile> channels = Map.of();
    private Map<String, long[]> sample = Map.of();

    /**
     * Creates a context without statistics or plan.
     *
     * @param catalog the operators of the source's dialect
     * @param recipe what the user asks
     * @param target where the artifact is to run
     */
    public TransformContext(OpCatalog catalog, Recipe recipe, Target target) {
        this(catalog, recipe, target, new LinkedHashMap<>());
    }

    private TransformContext(
            OpCatalog catalog, Recipe recipe, Target target, Map<String, QuantParams> kept) {
        this.catalog = Objects.requireNonNull(catalog, "catalog");
        this.recipe = Objects.requireNonNull(recipe, "recipe");
        this.target = Objects.requireNonNull(target, "target");
        this.kept = kept;
    }

    private TransformContext copy() {
        TransformContext copy = new TransformContext(catalog, recipe, target, kept);
        copy.statistics = statistics;
        copy.plan = plan;
        copy.notes = notes;
        copy.channels = channels;
        copy.sample = sample;
        return copy;
    }

    /**
     * Adds the result of calibration.
     *
     * @param table the statistics
     * @return a context that shares the notes
     */
    public TransformContext withStatistics(CalibrationTable table) {
        TransformContext copy = copy();
        copy.statistics = table;
        return copy;
    }

    /**
     * Adds the plan.
     *
     * @param decided the plan
     * @return a context that shares the notes
     */
    public TransformContext withPlan(QuantPlan decided) {
        TransformContext copy = copy();
        copy.statistics = statistics().orElse(null);
        copy.plan = decided;
        return copy;
    }

    /**
     * Adds how large the channels of values become.
     *
     * @param profiles by value
     * @return a context that shares the notes
     */
    public TransformContext withChannels(Map<String, ChannelProfile> profiles) {
        TransformContext copy = copy();
        copy.channels = Map.copyOf(profiles);
        return copy;
    }

    /**
     * Adds how large a sample is, where the model leaves that open.
     *
     * @param extents shapes by input, of one row
     * @return a context that shares the notes
     */
    public TransformContext withSample(Map<String, long[]> extents) {
        TransformContext copy = copy();
        copy.sample = Map.copyOf(extents);
        return copy;
    }

    /**
     * Returns how large a sample is.
     *
     * @return shapes by input, of one row; without those that the model itself tells
     */
    public Map<String, long[]> sample() {
        return sample;
    }

    /**
     * Returns how large the channels of a value become.
     *
     * @param value the value's name
     * @return its profile, empty if nobody looked at it
     */
    public Optional<ChannelProfile> channels(String value) {
        return Optional.ofNullable(channels.get(value));
    }

    /**
     * Tells whether the channels of any value are known.
     *
     * @return true after a look at channels
     */
    public boolean knowsChannels() {
        return !channels.isEmpty();
    }

    /**
     * Starts new notes.
     *
     * @return a context that knows the same, without the notes taken so far
     */
    public TransformContext withoutNotes() {
        TransformContext copy = copy();
        copy.notes = new ArrayList<>();
        return copy;
    }

    /**
     * Returns the operators of the source's dialect.
     *
     * @return the catalog
     */
    public OpCatalog catalog() {
        return catalog;
    }

    /**
     * Returns what the user asks.
     *
     * @return the recipe
     */
    public Recipe recipe() {
        return recipe;
    }

    /**
     * Returns where the artifact is to run.
     *
     * @return the target
     */
    public Target target() {
        return target;
    }

    /**
     * Returns the result of calibration.
     *
     * @return the statistics, empty before calibration and without data
     */
    public Optional<CalibrationTable> statistics() {
        return Optional.ofNullable(statistics)
                .map(table -> derived.isEmpty() ? table : table.with(derived));
    }

    /**
     * Tells what calibration would have seen of a value that a rewrite made.
     *
     * @param value the new value's name
     * @param follows its statistics, as they follow from observed ones
     */
    public void derive(String value, Statistics follows) {
        derived.put(value, follows);
    }

    /**
     * Returns the plan.
     *
     * @return the plan, empty before planning
     */
    public Optional<QuantPlan> plan() {
        return Optional.ofNullable(plan);
    }

    /**
     * Remembers scale and zero point that the source gave a value (quantization-aware training
     * elsewhere), so that the plan keeps them.
     *
     * @param value the value's name
     * @param params its parameters in the source
     */
    public void keep(String value, QuantParams params) {
        kept.put(value, params);
    }

    /**
     * Returns what the source gave a value.
     *
     * @param value the value's name
     * @return its parameters in the source, empty if it had none
     */
    public Optional<QuantParams> kept(String value) {
        return Optional.ofNullable(kept.get(value));
    }

    /**
     * Takes a note on a rule that fired.
     *
     * @param transform the transform's name
     * @param node the node concerned
     * @param what what was done
     */
    public void fired(String transform, String node, String what) {
        notes.add(new Note(transform, node, true, what));
    }

    /**
     * Takes a note on a rule that could have fired and did not.
     *
     * @param transform the transform's name
     * @param node the node concerned
     * @param why what stood in the way
     */
    public void didNotFire(String transform, String node, String why) {
        notes.add(new Note(transform, node, false, why));
    }

    /**
     * Returns the notes so far.
     *
     * @return in the order taken
     */
    public List<Note> notes() {
        return List.copyOf(notes);
    }

    /**
     * What a transform did to a node, or why it did nothing.
     *
     * @param transform the transform's name
     * @param node the node concerned
     * @param fired true if the graph was changed
     * @param reason what was done, or what stood in the way
     */
    public record Note(String transform, String node, boolean fired, String reason) {}
}
