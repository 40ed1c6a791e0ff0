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
package io.github.djlquant.cli;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djlquant.trace.TraceInput;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an input of a block: {@code tokens:int64:?x128}. */
final class BlockInput implements ITypeConverter<TraceInput> {

    private static final Pattern FORM =
            Pattern.compile("([\\w.]+):(\\w+):((?:\\d{1,9}|\\?)(?:x(?:\\d{1,9}|\\?))*)");

    @Override
    public TraceInput convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException(
                    "'"
                            + text
                            + "' is no input; expected NAME:TYPE:SHAPE as in tokens:int64:?x128");
        }
        long[] sizes =
                Arrays.stream(form.group(3).split("x"))
                        .mapToLong(size -> size.equals("?") ? -1 : Long.parseLong(size))
                        .toArray();
        return new TraceInput(form.group(1), type(form.group(2)), new Shape(sizes));
    }

    private static DataType type(String name) {
        try {
            return DataType.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                    "'" + name + "' is no element type; expected one such as float32 or int64");
        }
    }
}
