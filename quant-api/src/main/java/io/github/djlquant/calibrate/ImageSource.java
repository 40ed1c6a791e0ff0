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
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Reads image files for a graph with one input of images: normalised floats, or the pixels as they
 * are where the graph takes uint8. The first images of a sorted folder are all of one class, so
 * they are shuffled; {@link #samples} tells the place in the sorted order.
 */
final class ImageSource implements TensorSource {

    private final Path folder;
    private final List<Path> files;
    private final List<Long> order;
    private final ImagePreprocessing preprocessing;
    private final String input;
    private final boolean channelsFirst;
    private final int channels;
    private final int height;
    private final int width;

    /** Data comes from the command line, from a criteria's arguments or from Java. */
    private static final String SIZE_KNOBS =
            "--size, the argument calibrationSize or ImagePreprocessing.withSize";

    private final ImageDecoder decoder;
    private final boolean asBytes;
    private List<Long> samples = List.of();
    private int next;

    ImageSource(Path folder, List<Path> files, ImagePreprocessing preprocessing, FeedSpec spec) {
        this.folder = folder;
        this.files = List.copyOf(files);
        this.order = shuffled(files.size());
        this.preprocessing = preprocessing;
        Value value = spec.inputs().size() == 1 ? spec.inputs().get(0) : null;
        Shape shape = value == null ? null : FeedSpec.shape(value);
        if (value == null || shape != null && shape.rank() != 4) {
            throw new CalibrationException(
                    Problem.of("a folder of images feeds one input of rank 4")
                            .in(folder)
                            .expected(spec.describe())
                            .actual("images")
                            .next("Save the prepared inputs with numpy.savez instead"));
        }
        this.input = value.name();
        this.channelsFirst = preprocessing.layout() == ImagePreprocessing.Layout.NCHW;
        int rows = channelsFirst ? 2 : 1;
        this.height = size("height", preprocessing.height(), shape, rows);
        this.width = size("width", preprocessing.width(), shape, rows + 1);
        int most = Math.max(preprocessing.mean().size(), preprocessing.std().size());
        long fixed = shape == null ? -1 : shape.size(channelsFirst ? 1 : 3);
        this.channels = (int) (fixed > 0 ? fixed : most == 1 ? 3 : most);
        checkChannels(preprocessing.mean().size());
        checkChannels(preprocessing.std().size());
        this.decoder = new ImageDecoder(height, width);
        this.asBytes =
                value.type() instanceof ValueType.TensorType type
                        && type.dataType() == DataType.UINT8;
        if (asBytes && !preprocessing.leavesPixels()) {
            throw new CalibrationException(
                    Problem.of("the graph takes pixels as they are, and normalises them itself")
                            .in(folder)
                            .at("input " + input)
                            .expected("no mean and no std")
                            .actual(preprocessing.mean() + ", " + preprocessing.std())
                            .next("Leave mean and std out"));
        }
    }

    /** Same seed, same order: a calibration can go on where it was interrupted. */
    private static List<Long> shuffled(int count) {
        List<Long> order = new ArrayList<>(LongStream.range(0, count).boxed().toList());
        Collections.shuffle(order, new Random(0));
        return order;
    }

    private int size(String name, int asked, Shape shape, int axis) {
        long fixed = shape == null ? -1 : shape.size(axis);
        if (asked > 0 && fixed > 0 && asked != fixed) {
            throw new CalibrationException(
                    Problem.of("the graph takes images of another " + name)
                            .in(folder)
                            .at("input " + input)
                            .expected(fixed)
                            .actual(asked + " (" + SIZE_KNOBS + ")")
                            .next("Leave the size out: the graph says it"));
        }
        long size = asked > 0 ? asked : fixed;
        if (size <= 0 || size > 1 << 14) {
            throw new CalibrationException(
                    Problem.of("the graph does not say the " + name + " of its images")
                            .in(folder)
                            .at("input " + input)
                            .actual(shape)
                            .next("Give the size of the images: " + SIZE_KNOBS));
        }
        return (int) size;
    }

    private void checkChannels(int given) {
        if (channels != 1 && channels != 3 || given != 1 && given != channels) {
            throw new CalibrationException(
                    Problem.of("mean and std do not fit the channels of the graph's input")
                            .in(folder)
                            .at("input " + input)
                            .expected("1 or 3 channels, a mean and a std for each or one for all")
                            .actual(channels + " channels, " + given + " given")
                            .next(
                                    "Check mean, std and layout (--mean, --std, --layout; as"
                                            + " arguments calibrationMean, calibrationStd,"
                                            + " calibrationLayout)"));
        }
    }

    @Override
    public Map<String, Tensor> next(int rows) {
        int count = Math.min(rows, files.size() - next);
        if (count == 0) {
            return null;
        }
        samples = List.copyOf(order.subList(next, next + count));
        next += count;
        int elements = Math.multiplyExact(channels, height * width);
        float[] values = new float[asBytes ? 0 : Math.multiplyExact(count, elements)];
        byte[] bytes = new byte[asBytes ? Math.multiplyExact(count, elements) : 0];
        for (int i = 0; i < count; i++) {
            int[] rgb = decoder.decode(files.get(samples.get(i).intValue()));
            if (asBytes) {
                fill(bytes, i * elements, rgb);
            } else {
                fill(values, i * elements, rgb);
            }
        }
        long[] sizes =
                channelsFirst
                        ? new long[] {count, channels, height, width}
                        : new long[] {count, height, width, channels};
        Tensor tensor =
                asBytes
                        ? new Tensor(
                                DataType.UINT8,
                                Shape.of(sizes),
                                TensorStorage.of(ByteBuffer.wrap(bytes)))
                        : Tensor.ofFloats(values, sizes);
        return Map.of(input, tensor);
    }

    private void fill(byte[] bytes, int start, int[] rgb) {
        for (int channel = 0; channel < channels; channel++) {
            int first = channelsFirst ? start + channel * rgb.length : start + channel;
            int step = channelsFirst ? 1 : channels;
            for (int i = 0; i < rgb.length; i++) {
                bytes[first + i * step] = (byte) Math.round(brightness(rgb[i], channel));
            }
        }
    }

    private void fill(float[] values, int start, int[] rgb) {
        for (int channel = 0; channel < channels; channel++) {
            List<Float> means = preprocessing.mean();
            List<Float> stds = preprocessing.std();
            float mean = means.get(means.size() == 1 ? 0 : channel);
            float std = stds.get(stds.size() == 1 ? 0 : channel);
            int first = channelsFirst ? start + channel * rgb.length : start + channel;
            int step = channelsFirst ? 1 : channels;
            for (int i = 0; i < rgb.length; i++) {
                values[first + i * step] = (brightness(rgb[i], channel) / 255 - mean) / std;
            }
        }
    }

    private float brightness(int rgb, int channel) {
        int red = rgb >> 16 & 0xff;
        int green = rgb >> 8 & 0xff;
        int blue = rgb & 0xff;
        if (channels == 1) {
            // The luma of ITU-R BT.601, which the common image libraries use for grey.
            return 0.299f * red + 0.587f * green + 0.114f * blue;
        }
        return channel == 0 ? red : channel == 1 ? green : blue;
    }

    @Override
    public List<Long> samples() {
        return samples;
    }

    @Override
    public String description() {
        return folder.toString();
    }

    @Override
    public OptionalLong rows() {
        return OptionalLong.of(files.size());
    }
}
