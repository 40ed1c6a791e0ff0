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
package io.github.djlquant.onnx.mutant;

import static io.github.djlquant.onnx.mutant.HostileModels.add;

import com.google.protobuf.ByteString;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.read.Models;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Weights that are no numbers, have other shapes than they should, or lie somewhere else. */
final class HostileTensors {

    private HostileTensors() {}

    static void weights(Map<String, byte[]> models) {
        for (float value :
                new float[] {
                    Float.NaN,
                    Float.POSITIVE_INFINITY,
                    Float.NEGATIVE_INFINITY,
                    Float.MAX_VALUE,
                    Float.MIN_VALUE,
                    0
                }) {
            for (String name : List.of("w1", "b1", "w3")) {
                add(
                        models,
                        "all of " + name + " is " + value,
                        g -> {
                            TensorProto.Builder w = weight(g, name);
                            ByteBuffer raw =
                                    ByteBuffer.allocate(w.getRawData().size())
                                            .order(ByteOrder.LITTLE_ENDIAN);
                            while (raw.hasRemaining()) {
                                raw.putFloat(value);
                            }
                            w.setRawData(ByteString.copyFrom(raw.flip()));
                        });
            }
        }
        for (long[] dims :
                new long[][] {
                    {},
                    {0},
                    {8},
                    {8, 27},
                    {27, 8},
                    {8, 3, 3, 3, 1},
                    {3, 8, 3, 3},
                    {216},
                    {-8, -27},
                    {1L << 62, 4, 0},
                    {1L << 31, 1L << 31},
                    {8, 0, 3, 3},
                    {0, 3, 3, 3},
                    {8, 3, 9, 1}
                }) {
            add(
                    models,
                    "w1 has the shape " + Arrays.toString(dims),
                    g -> {
                        TensorProto.Builder w = weight(g, "w1").clearDims();
                        for (long dim : dims) {
                            w.addDims(dim);
                        }
                    });
            add(
                    models,
                    "w1 is empty and has the shape " + Arrays.toString(dims),
                    g -> {
                        TensorProto.Builder w =
                                weight(g, "w1").clearDims().setRawData(ByteString.EMPTY);
                        for (long dim : dims) {
                            w.addDims(dim);
                        }
                    });
        }
        for (int type = -1; type < 28; type++) {
            int code = type;
            add(models, "w1 has the element type " + type, g -> weight(g, "w1").setDataType(code));
        }
        for (String name : List.of("w1", "w2", "b1", "w3", "b3")) {
            add(
                    models,
                    name + " is missing",
                    g -> {
                        List<TensorProto> kept =
                                g.getInitializerList().stream()
                                        .filter(t -> !t.getName().equals(name))
                                        .toList();
                        g.clearInitializer().addAllInitializer(kept);
                    });
            add(models, name + " is there twice", g -> g.addInitializer(weight(g, name).build()));
        }
    }

    static void externalData(Map<String, byte[]> models) {
        for (String location :
                List.of(
                        "missing.bin",
                        "../outside.bin",
                        "/etc/hostname",
                        "/dev/zero",
                        "a/../../outside.bin",
                        "..\\outside.bin",
                        ".",
                        "",
                        "mutant.onnx",
                        "\0")) {
            add(
                    models,
                    "external data at '" + location + "'",
                    g ->
                            weight(g, "w1")
                                    .clearRawData()
                                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                                    .addExternalData(Models.entry("location", location)));
        }
        for (String offset : List.of("-1", "9223372036854775807", "99999", "x")) {
            add(
                    models,
                    "external data at offset " + offset,
                    g ->
                            weight(g, "w1")
                                    .clearRawData()
                                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                                    .addExternalData(Models.entry("location", "mutant.onnx"))
                                    .addExternalData(Models.entry("offset", offset)));
        }
    }

    private static TensorProto.Builder weight(GraphProto.Builder graph, String name) {
        return graph.getInitializerBuilderList().stream()
                .filter(t -> t.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
