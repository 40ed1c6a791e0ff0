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
package io.github.djlquant.op;

import io.github.djlquant.Extensions;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operators we know, one {@link OpSpec} each. What has no row is {@link Role#OPAQUE} and
 * written back unchanged.
 */
public final class OpCatalog {

    private static final Logger logger = LoggerFactory.getLogger(OpCatalog.class);

    private final Map<OpType, OpSpec> rows;

    private OpCatalog(Map<OpType, OpSpec> rows) {
        this.rows = Map.copyOf(rows);
    }

    /**
     * Makes a catalog.
     *
     * @param rows the rows; a later one replaces an earlier one of the same operator
     * @return the catalog
     */
    public static OpCatalog of(Collection<OpSpec> rows) {
        Map<OpType, OpSpec> byOp = new LinkedHashMap<>();
        rows.forEach(row -> byOp.put(row.op(), row));
        return new OpCatalog(byOp);
    }

    /**
     * Adds rows.
     *
     * @param more the rows; they replace those of the same operator
     * @return a larger catalog
     */
    public OpCatalog with(Collection<OpSpec> more) {
        Map<OpType, OpSpec> byOp = new LinkedHashMap<>(rows);
        more.forEach(row -> byOp.put(row.op(), row));
        return new OpCatalog(byOp);
    }

    /**
     * Adds the rows of every {@link OpCatalogExtension} that ServiceLoader finds.
     *
     * @return a larger catalog
     * @throws QuantizationException if two extensions bring a row for one operator, or one can't be
     *     loaded
     */
    public OpCatalog extended() {
        return extended(Extensions.load(OpCatalogExtension.class));
    }

    OpCatalog extended(Iterable<OpCatalogExtension> extensions) {
        OpCatalog extended = this;
        Map<OpType, String> owners = new LinkedHashMap<>();
        for (OpCatalogExtension extension : extensions) {
            String owner = extension.getClass().getName();
            Collection<OpSpec> more = extension.rows();
            for (OpSpec row : more) {
                String other = owners.put(row.op(), owner);
                if (other != null) {
                    throw new QuantizationException(
                            Problem.of("two extensions bring a row for one operator")
                                    .at("operator " + row.op())
                                    .actual(other + " and " + owner)
                                    .next("Take one of their jars off the class path"));
                }
                if (rows.containsKey(row.op())) {
                    logger.info("{} replaces the row of {}", owner, row.op());
                }
            }
            extended = extended.with(more);
        }
        return extended;
    }

    /**
     * Returns the row of a node's operator.
     *
     * @param node the node
     * @return the row; an opaque one if there is none
     */
    public OpSpec spec(Node node) {
        OpSpec row = rows.get(node.op());
        return row != null
                ? row.of(node)
                : OpSpec.of(node.op(), Role.OPAQUE, Map.of(), RangeRule.FREE);
    }

    /**
     * Returns a node's role.
     *
     * @param node the node
     * @return its role
     */
    public Role role(Node node) {
        return spec(node).role();
    }

    /**
     * Finds the clamp that belongs into a kernel: the only reader of what it makes.
     *
     * @param graph the graph
     * @param maker a node of it with one output
     * @return the clamp; empty if others read the output too, or it is one of the graph's
     */
    public Optional<Node> attachedClamp(Graph graph, Node maker) {
        String made = maker.output();
        List<Node> readers = graph.consumers(made);
        if (graph.isOutput(made) || readers.size() != 1) {
            return Optional.empty();
        }
        Node reader = readers.get(0);
        return spec(reader).clamp().apply(graph, reader).isPresent() && reader.input(0).equals(made)
                ? Optional.of(reader)
                : Optional.empty();
    }

    /**
     * Returns all rows.
     *
     * @return the rows
     */
    public Collection<OpSpec> rows() {
        return rows.values();
    }
}
