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
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks what a source yields against a graph's inputs and cuts it to the batches that the graph
 * takes. Small batches are never joined; where the graph fixes its batch, rows that do not fill one
 * are left out.
 */
final class FeedSlicer implements FeedStream {

    private static final Logger logger = LoggerFactory.getLogger(FeedSlicer.class);

    private final FeedSpec spec;
    private final TensorSource source;
    private final long fixedRows;
    private Feed chunk;
    private int taken;
    private Feed ready;
    private long firstRow;
    private long delivered;
    private boolean ended;
    private boolean exhausted;

    FeedSlicer(FeedSpec spec, TensorSource source) {
        this.spec = spec;
        this.source = source;
        this.fixedRows = spec.fixedRows();
    }

    @Override
    public OptionalLong rows() {
        OptionalLong all = source.rows();
        return all.isPresent() ? OptionalLong.of(Math.min(all.getAsLong(), spec.samples())) : all;
    }

    @Override
    public OptionalLong rowsOfData() {
        return exhausted ? OptionalLong.of(firstRow) : source.rowsOfData();
    }

    @Override
    public boolean hasNext() {
        while (ready == null && !ended) {
            advance();
        }
        return ready != null;
    }

    @Override
    public Feed next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no more calibration data");
        }
        Feed feed = ready;
        ready = null;
        return feed;
    }

    private void advance() {
        long left = spec.samples() - delivered;
        if (left <= 0 || fixedRows > left && delivered > 0) {
            ended = true;
            return;
        }
        if (chunk == null && !pull((int) Math.min(left, spec.batchSize()))) {
            ended = true;
            if (delivered == 0) {
                throw noRows();
            }
            return;
        }
        int available = chunk.rows() - taken;
        if (!chunk.isBatchFirst()) {
            deliver(chunk);
            chunk = null;
            return;
        }
        int count =
                fixedRows > 0
                        ? (int) fixedRows
                        : (int) Math.min(Math.min(available, spec.batchSize()), left);
        if (count > available) {
            logger.warn(
                    "{}: {} rows are left out, they do not fill the {} that the graph takes at once",
                    source.description(),
                    available,
                    fixedRows);
            chunk = null;
            return;
        }
        deliver(count == chunk.rows() ? chunk : chunk.slice(taken, count));
        taken += count;
        if (taken == chunk.rows()) {
            chunk = null;
        }
    }

    private boolean pull(int rows) {
        int wanted = fixedRows > 0 ? (int) fixedRows : rows;
        Map<String, Tensor> tensors =
                UserData.ask(source.description(), firstRow, () -> source.next(wanted));
        if (tensors == null) {
            exhausted = true;
            return false;
        }
        chunk = check(tensors);
        taken = 0;
        firstRow += chunk.rows();
        return true;
    }

    private void deliver(Feed feed) {
        checkFinite(feed);
        delivered += feed.rows();
        ready = feed;
    }

    private CalibrationException noRows() {
        Problem problem =
                firstRow == 0
                        ? Problem.of("there is no calibration data")
                                .expected("at least one row for " + spec.describe())
                        : Problem.of("there are fewer rows than one batch of the graph takes")
                                .expected(fixedRows + " rows at once")
                                .actual(firstRow + " rows in all");
        return new CalibrationException(problem.in(source.description()));
    }

    private Feed check(Map<String, Tensor> tensors) {
        Map<String, Tensor> checked = new LinkedHashMap<>();
        long rows = -1;
        boolean common = !spec.inputs().isEmpty();
        FeedConverter converter = new FeedConverter(source.description());
        for (Value input : spec.inputs()) {
            Tensor tensor = tensors.get(input.name());
            if (tensor == null) {
                throw wrongNames(tensors);
            }
            Tensor converted = converter.convert(input, tensor);
            checked.put(input.name(), converted);
            long first = converted.shape().rank() == 0 ? -1 : converted.shape().size(0);
            common &= first >= 0 && (rows < 0 || rows == first);
            rows = Math.max(rows, first);
        }
        if (tensors.size() != checked.size()) {
            throw wrongNames(tensors);
        }
        if (rows == 0) {
            throw new CalibrationException(
                    Problem.of("a batch of the data has no rows").in(source.description()));
        }
        if (!common && fixedRows > 0) {
            throw new CalibrationException(
                    Problem.of("the inputs of a batch have different numbers of rows")
                            .in(source.description())
                            .expected("one first dimension")
                            .actual(checked));
        }
        // Inputs that do not share their first dimension, or none at all, are one sample.
        return common
                ? new Feed(checked, Math.toIntExact(rows), firstRow, source.samples(), labels(rows))
                : new Feed(checked, 1, firstRow);
    }

    private List<Integer> labels(long rows) {
        List<Integer> labels = source.labels();
        if (!labels.isEmpty() && labels.size() != rows) {
            throw new CalibrationException(
                    Problem.of("a batch of the data has another number of labels than of rows")
                            .in(source.description())
                            .expected(rows + " labels")
                            .actual(labels.size()));
        }
        return labels;
    }

    private CalibrationException wrongNames(Map<String, Tensor> tensors) {
        return new CalibrationException(
                Problem.of("the data does not have the names of the graph's inputs")
                        .in(source.description())
                        .expected(new TreeSet<>(spec.inputs().stream().map(Value::name).toList()))
                        .actual(new TreeSet<>(tensors.keySet()))
                        .next("Name one array for each input, and no other"));
    }

    private void checkFinite(Feed feed) {
        feed.tensors()
                .forEach(
                        (input, tensor) -> {
                            if (tensor.dataType() == DataType.FLOAT) {
                                tensor.firstNonFinite()
                                        .ifPresent(
                                                at -> {
                                                    throw nonFinite(feed, input, tensor, at);
                                                });
                            }
                        });
    }

    private CalibrationException nonFinite(Feed feed, String input, Tensor tensor, long at) {
        long row = feed.isBatchFirst() ? at / (tensor.elementCount() / feed.rows()) : 0;
        return new CalibrationException(
                Problem.of("the data holds NaN or infinity")
                        .in(source.description())
                        .at("input " + input)
                        .expected("finite numbers")
                        .actual(
                                "one that is not in sample "
                                        + feed.sample((int) row)
                                        + " (counted from 0)"));
    }

    @Override
    public void close() {
        source.close();
    }
}
