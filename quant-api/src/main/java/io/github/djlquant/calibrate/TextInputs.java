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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.calibrate.text.TokenizerSettings;
import io.github.djlquant.calibrate.text.Tokens;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Which input of a model gets what of the tokens. */
final class TextInputs {

    private enum Role {
        IDS("input_ids", "input_word_ids"),
        MASK("attention_mask", "input_mask"),
        TYPES("token_type_ids", "segment_ids", "input_type_ids"),
        POSITIONS("position_ids");

        private final List<String> names;

        Role(String... names) {
            this.names = List.of(names);
        }
    }

    private final Map<String, Role> roles = new LinkedHashMap<>();
    private long fixedLength;

    TextInputs(FeedSpec spec, Path file) {
        for (Value input : spec.inputs()) {
            roles.put(input.name(), role(input, spec, file));
            Shape shape = FeedSpec.shape(input);
            if (shape != null && shape.rank() != 2) {
                throw unfit("an input that texts feed has rows and tokens", input, spec, file);
            }
            long length = shape == null ? -1 : shape.size(1);
            if (length > 0) {
                if (fixedLength > 0 && fixedLength != length) {
                    throw unfit("the inputs fix different numbers of tokens", input, spec, file);
                }
                fixedLength = length;
            }
        }
        if (!roles.containsValue(Role.IDS)) {
            throw unfit("no input takes the tokens", null, spec, file);
        }
    }

    /** TensorFlow's exporters add {@code :0} to the names. */
    private static Role role(Value input, FeedSpec spec, Path file) {
        String name = input.name().toLowerCase(Locale.ROOT);
        String plain = name.endsWith(":0") ? name.substring(0, name.length() - 2) : name;
        for (Role role : Role.values()) {
            if (role.names.contains(plain)) {
                return role;
            }
        }
        throw unfit("texts do not feed this input", input, spec, file);
    }

    private static CalibrationException unfit(String what, Value input, FeedSpec spec, Path file) {
        String known =
                List.of(Role.values()).stream()
                        .map(role -> role.names.get(0))
                        .collect(Collectors.joining(", "));
        Problem problem = Problem.of(what).in(file);
        return new CalibrationException(
                (input == null ? problem : problem.at("input " + input.name()))
                        .expected("inputs of rows and tokens among " + known)
                        .actual(spec.describe())
                        .next("Prepare all inputs as an .npz file, one array for each"));
    }

    /** The number of tokens that the model fixes, 0 if it leaves it open. */
    long fixedLength() {
        return fixedLength;
    }

    /** Makes a batch; samples shorter than the length are filled up and masked. */
    Map<String, Tensor> batch(List<Tokens> samples, int length, TokenizerSettings settings) {
        Map<String, Tensor> batch = new LinkedHashMap<>();
        roles.forEach(
                (name, role) -> {
                    long[] values = new long[Math.multiplyExact(samples.size(), length)];
                    for (int row = 0; row < samples.size(); row++) {
                        fill(values, row * length, length, role, samples.get(row), settings);
                    }
                    batch.put(name, Tensor.ofLongs(values, samples.size(), length));
                });
        return batch;
    }

    private static void fill(
            long[] values,
            int start,
            int length,
            Role role,
            Tokens tokens,
            TokenizerSettings settings) {
        long[] row = row(role, tokens);
        int missing = length - row.length;
        int text = start + (settings.padLeft() ? missing : 0);
        int rest = settings.padLeft() ? start : start + row.length;
        System.arraycopy(row, 0, values, text, row.length);
        long pad =
                switch (role) {
                    case IDS -> settings.padId();
                    case TYPES -> settings.padType();
                    case MASK, POSITIONS -> 0;
                };
        for (int i = 0; i < missing; i++) {
            // Positions go on behind the text, as if it were longer.
            values[rest + i] = role == Role.POSITIONS && !settings.padLeft() ? row.length + i : pad;
        }
    }

    private static long[] row(Role role, Tokens tokens) {
        return switch (role) {
            case IDS -> tokens.ids();
            case TYPES -> tokens.types();
            case MASK -> LongStream.generate(() -> 1).limit(tokens.length()).toArray();
            case POSITIONS -> LongStream.range(0, tokens.length()).toArray();
        };
    }
}
