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
package io.github.djlquant.backend;

import io.github.djlquant.op.Role;
import io.github.djlquant.recipe.QuantizedEngine;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an engine's integer kernels compute, prefer and how they add, as data. What a rule asks of
 * an engine it asks here, never by the engine's name.
 *
 * @param integers the roles between layers that have an integer kernel which is worth running
 * @param multipliesActivations true if a product of two computed matrices has such a kernel
 * @param quantizesParts true if floats that are concatenated only to be quantized are better
 *     quantized before
 * @param takesNumbers true if sums and products with one number are computed on integers
 * @param widths the numbers of channels that the fast convolutions take
 * @param stacksRows true if a first convolution of stride 2 runs faster over pairs of rows
 * @param splitsInput true if reading the network's input in two halves is worth its time
 * @param pairs which neighbouring products are added in 16 bits where the CPU lacks 8-bit dot
 *     products
 * @param pairsEverywhere which of them are added in 16 bits on every CPU
 * @param dynamic when a product whose input is quantized at run time is worth it
 * @param recurrent which recurrent layers run on integers, and when they are worth it
 * @param library the library that they come from, where an engine has several
 */
public record Kernels(
        Set<Role> integers,
        boolean multipliesActivations,
        boolean quantizesParts,
        boolean takesNumbers,
        Widths widths,
        boolean stacksRows,
        boolean splitsInput,
        Set<PairOrder> pairs,
        Set<PairOrder> pairsEverywhere,
        DynamicProducts dynamic,
        RecurrentLayers recurrent,
        Library library) {

    /** An engine that has every kernel and no preferences. */
    public static final Kernels PLAIN =
            new Kernels(
                    EnumSet.of(
                            Role.ADD,
                            Role.MULTIPLY,
                            Role.CONCAT,
                            Role.AVERAGE_POOLING,
                            Role.RANGE_PRESERVING,
                            Role.PAD,
                            Role.ACTIVATION),
                    true,
                    true,
                    true,
                    Widths.ANY,
                    false,
                    true,
                    EnumSet.of(PairOrder.ROW));

    /**
     * Describes an engine on which every dynamic product is worth it.
     *
     * @param integers the roles between layers that have an integer kernel which is worth running
     * @param multipliesActivations true if a product of two computed matrices has such a kernel
     * @param quantizesParts true if floats that are concatenated only to be quantized are better
     *     quantized before
     * @param takesNumbers true if sums and products with one number are computed on integers
     * @param widths the numbers of channels that the fast convolutions take
     * @param stacksRows true if a first convolution of stride 2 runs faster over pairs of rows
     * @param splitsInput true if reading the network's input in two halves is worth its time
     * @param pairs which neighbouring products are added in 16 bits
     */
    public Kernels(
            Set<Role> integers,
            boolean multipliesActivations,
            boolean quantizesParts,
            boolean takesNumbers,
            Widths widths,
            boolean stacksRows,
            boolean splitsInput,
            Set<PairOrder> pairs) {
        this(
                integers,
                multipliesActivations,
                quantizesParts,
                takesNumbers,
                widths,
                stacksRows,
                splitsInput,
                pairs,
                Set.of(),
                DynamicProducts.ALWAYS,
                RecurrentLayers.ALWAYS,
                Library.ONLY);
    }

    /** Copies the sets, keeping the order in which roles are declared: texts depend on it. */
    public Kernels {
        integers = Collections.unmodifiableSet(new TreeSet<>(integers));
        pairs = Collections.unmodifiableSet(new TreeSet<>(pairs));
        pairsEverywhere = Collections.unmodifiableSet(new TreeSet<>(pairsEverywhere));
    }

    /**
     * Returns which neighbouring products can saturate.
     *
     * @param pairSafe true if the weights must be safe on CPUs without 8-bit dot products too
     * @return the orders in which kernels add them in 16 bits
     */
    public Set<PairOrder> pairs(boolean pairSafe) {
        return pairSafe ? pairs : pairsEverywhere;
    }

    /**
     * Replaces the widths.
     *
     * @param preferred the numbers of channels that the fast convolutions take
     * @param stacked true if a first convolution of stride 2 runs faster over pairs of rows
     * @return a copy
     */
    public Kernels withWidths(Widths preferred, boolean stacked) {
        return new Kernels(
                integers,
                multipliesActivations,
                quantizesParts,
                takesNumbers,
                preferred,
                stacked,
                splitsInput,
                pairs,
                pairsEverywhere,
                dynamic,
                recurrent,
                library);
    }

    /**
     * Replaces what dynamic products cost.
     *
     * @param products when they are worth it
     * @return a copy
     */
    public Kernels withDynamic(DynamicProducts products) {
        return new Kernels(
                integers,
                multipliesActivations,
                quantizesParts,
                takesNumbers,
                widths,
                stacksRows,
                splitsInput,
                pairs,
                pairsEverywhere,
                products,
                recurrent,
                library);
    }

    /**
     * Replaces what recurrent layers cost.
     *
     * @param layers which ones run on integers, and when they are worth it
     * @return a copy
     */
    public Kernels withRecurrent(RecurrentLayers layers) {
        return new Kernels(
                integers,
                multipliesActivations,
                quantizesParts,
                takesNumbers,
                widths,
                stacksRows,
                splitsInput,
                pairs,
                pairsEverywhere,
                dynamic,
                layers,
                library);
    }

    /**
     * Replaces what depends on the library.
     *
     * @param orders which neighbouring products it adds in 16 bits
     * @param source the library
     * @return a copy
     */
    public Kernels withLibrary(Set<PairOrder> orders, Library source) {
        return new Kernels(
                integers,
                multipliesActivations,
                quantizesParts,
                takesNumbers,
                widths,
                stacksRows,
                splitsInput,
                orders,
                pairsEverywhere,
                dynamic,
                recurrent,
                source);
    }

    /**
     * What an engine does with layers that stay float, and what a library of kernels lacks.
     *
     * @param engine which one it is, where an engine has several
     * @param quantizesFloats true if the engine by itself quantizes the float weight of a layer
     *     that it finds between a dequantize and a quantize
     * @param yieldsFloats true if products of quantized inputs can be floats
     * @param missing why it has no kernel for layers of these roles
     */
    public record Library(
            Optional<QuantizedEngine> engine,
            boolean quantizesFloats,
            boolean yieldsFloats,
            Map<Role, String> missing) {

        /** Of an engine that has one. */
        public static final Library ONLY = new Library(Optional.empty(), true, true, Map.of());

        /** Copies the map, sorted: texts depend on it. */
        public Library {
            missing = Collections.unmodifiableMap(new TreeMap<>(missing));
        }
    }

    /**
     * What a product costs whose input is quantized at run time, beside the same product on floats.
     * The unit is what one multiply-accumulate on integers saves.
     *
     * @param product what every product costs more
     * @param element what every element of its input and output costs more
     * @param leastRows fewer rows save as much as this many: the weights' way to the processor is
     *     what takes the time
     */
    public record DynamicProducts(long product, long element, long leastRows) {

        /** Of an engine where nobody measured it. */
        public static final DynamicProducts ALWAYS = new DynamicProducts(0, 0, 1);

        /**
         * Tells whether integers are faster.
         *
         * @param rows the rows that one call multiplies
         * @param inputs the features of a row
         * @param outputs the numbers made of it
         * @return true if they save more than they cost
         */
        public boolean pay(long rows, long inputs, long outputs) {
            double saved = (double) Math.max(rows, leastRows) * inputs * outputs;
            return saved >= product + (double) rows * (inputs + outputs) * element;
        }
    }

    /**
     * Recurrent layers whose input and state are quantized at run time.
     *
     * @param operators those with an integer kernel, and what it costs
     * @param timeFirst true if the kernels take time as the first axis only
     * @param stores true if weights without an integer kernel may be stored as integers, because
     *     the engine makes them floats once, when it loads the model
     */
    public record RecurrentLayers(
            Map<String, RecurrentCost> operators, boolean timeFirst, boolean stores) {

        /** Of an engine where nobody measured it. */
        public static final RecurrentLayers ALWAYS =
                new RecurrentLayers(Map.of("LSTM", new RecurrentCost(0, 0)), true, true);

        /** Copies the map, sorted: the texts that caches are keyed by depend on it. */
        public RecurrentLayers {
            operators = Collections.unmodifiableMap(new TreeMap<>(operators));
        }
    }

    /**
     * What a recurrent layer costs more on integers. The unit is what one weight saves in one step.
     *
     * @param step what each step costs
     * @param call what a call costs once; negative if the layer on floats costs more there
     */
    public record RecurrentCost(long step, long call) {

        /**
         * Tells whether integers are faster.
         *
         * @param weights the weights of one cell
         * @param steps the steps of a sequence
         * @return true if they save more than they cost
         */
        public boolean pays(long weights, long steps) {
            return weights >= step + call / steps;
        }
    }

    /**
     * The numbers of channels that an engine's fast convolutions take.
     *
     * @param dense what the input channels of a dense convolution should be a multiple of
     * @param depthwise what the channels of a depthwise convolution should be a multiple of
     * @param leastOutputs the fewest output channels with which a dense convolution is fast
     * @param outputs what its output channels must be a multiple of to be fast
     */
    public record Widths(int dense, int depthwise, int leastOutputs, int outputs) {

        /** Of an engine that takes any number alike. */
        public static final Widths ANY = new Widths(1, 1, 1, 1);
    }

    /** Which elements of a weight's row are neighbours that kernels add in 16 bits. */
    public enum PairOrder {
        /**
         * Elements 2i and 2i + 1 of the whole row in the order kernel position, channel; not those
         * of depthwise convolutions.
         */
        ROW,
        /**
         * Channels 2i and 2i + 1 of one kernel position; the last one of an odd number has no
         * neighbour.
         */
        POSITION,
        /** Elements 2i and 2i + 1 of a depthwise convolution's kernel. */
        DEPTHWISE
    }
}
