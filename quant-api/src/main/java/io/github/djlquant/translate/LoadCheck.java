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
package io.github.djlquant.translate;

import ai.djl.engine.Engine;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What will happen when DJL loads a model with given settings, found out without loading it.
 *
 * @param location what was asked about
 * @param folder the folder that DJL will load from; null if it is not on this machine yet
 * @param file the file that DJL will load; null if it is not known
 * @param kind ONNX, TorchScript, DJL parameters, or unknown
 * @param blockInputs what a DJL Block is traced with, and who says so; null for files of an engine
 * @param engine the engine that DJL will take
 * @param engineReason why this one
 * @param engineNamed false if nobody names it, so that it depends on the application's class path
 * @param runsIn the engine that will run the quantized model; null if none will
 * @param settings what is said, where, and whether it is heeded
 * @param quantizes true if the model will be quantized
 * @param outcome what will happen, in a sentence
 * @param cached the artifact, if an earlier load has made it; else null, and for Blocks, which are
 *     known by what they compute
 * @param blocked what stands in the way, nothing if loading can succeed
 */
public record LoadCheck(
        String location,
        Path folder,
        Path file,
        String kind,
        String blockInputs,
        String engine,
        String engineReason,
        boolean engineNamed,
        String runsIn,
        List<Setting> settings,
        boolean quantizes,
        String outcome,
        Path cached,
        List<String> blocked) {

    /** Copies the lists. */
    public LoadCheck {
        settings = List.copyOf(settings);
        blocked = List.copyOf(blocked);
    }

    /**
     * One thing that is said.
     *
     * @param name the argument or option
     * @param value what is said
     * @param origin where: the criteria, the URL or zoo, or serving.properties
     * @param heeded false if it will be ignored
     * @param remark why
     */
    public record Setting(
            String name, String value, String origin, boolean heeded, String remark) {}

    /** How a criteria would ask. */
    public static final class Question {

        private String engine;
        private String modelName;
        private boolean serving;
        private boolean block;
        private Set<String> engines;
        private final Map<String, String> arguments = new TreeMap<>();
        private final Map<String, String> options = new TreeMap<>();
        private final Map<String, String> filters = new HashMap<>();

        /** Creates a question without any settings. */
        public Question() {}

        String engine() {
            return engine;
        }

        String modelName() {
            return modelName;
        }

        boolean block() {
            return block;
        }

        /** Those of this program, unless others are told. */
        Set<String> engines() {
            return engines == null ? Engine.getAllEngines() : engines;
        }

        Map<String, String> options() {
            return options;
        }

        boolean serving() {
            return serving;
        }

        Map<String, String> arguments() {
            return arguments;
        }

        Map<String, String> filters() {
            return filters;
        }

        /**
         * Sets {@code Criteria.optEngine}.
         *
         * @param name the engine
         * @return this question
         */
        public Question optEngine(String name) {
            engine = name;
            return this;
        }

        /**
         * Sets which engines the application has on its class path: DJL takes one of them where
         * nobody names it.
         *
         * @param names engines, by default those of this program
         * @return this question
         */
        public Question optEngines(Set<String> names) {
            engines = Set.copyOf(names);
            return this;
        }

        /**
         * Sets {@code Criteria.optModelName}.
         *
         * @param name the model's name
         * @return this question
         */
        public Question optModelName(String name) {
            modelName = name;
            return this;
        }

        /**
         * Tells that the criteria brings a Block ({@code Criteria.optBlock}).
         *
         * @param brought true if it does
         * @return this question
         */
        public Question optBlock(boolean brought) {
            block = brought;
            return this;
        }

        /**
         * Tells that the types are DJL's {@code Input} and {@code Output}, as in DJL Serving, or
         * that the criteria has DJL's {@code DeferredTranslatorFactory}: serving.properties names
         * the factory then.
         *
         * @param types true for these types
         * @return this question
         */
        public Question optServingTypes(boolean types) {
            serving = types;
            return this;
        }

        /**
         * Adds {@code Criteria.optArgument}s.
         *
         * @param more arguments
         * @return this question
         */
        public Question optArguments(Map<String, String> more) {
            arguments.putAll(more);
            return this;
        }

        /**
         * Adds {@code Criteria.optOption}s.
         *
         * @param more options
         * @return this question
         */
        public Question optOptions(Map<String, String> more) {
            options.putAll(more);
            return this;
        }

        /**
         * Adds {@code Criteria.optFilter}s.
         *
         * @param more filters
         * @return this question
         */
        public Question optFilters(Map<String, String> more) {
            filters.putAll(more);
            return this;
        }

        /**
         * Finds out. A remote archive that is not in DJL's cache is not downloaded.
         *
         * @param location a file, a folder or a URL, as {@code Criteria.optModelUrls} takes it
         * @return what will happen
         * @throws UnsupportedModelException if there is nothing at that place
         */
        public LoadCheck about(String location) {
            try {
                return new LoadExamination(this, location).result();
            } catch (IOException e) {
                throw new UnsupportedModelException(
                        Problem.of("the place can't be read").in(location).actual(e.getMessage()),
                        e);
            }
        }
    }
}
