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
package io.github.djlquant.trace;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.djlquant.StagedFile;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Writes a DJL Block as a float model file of an engine's own format: {@code .onnx}, {@code .pt}.
 *
 * <pre>{@code
 * BlockExport.Result made = BlockExport.write(block, Path.of("net.onnx"), new Shape(-1, 3, 32, 32));
 * }</pre>
 *
 * <p>The file appears, atomically, only after the engine has opened it and answered as the Block
 * does (to {@link TraceProof#TOLERANCE}), on random inputs of other extents than those that were
 * traced.
 */
public final class BlockExport {

    private BlockExport() {}

    /**
     * What was written.
     *
     * @param file the file
     * @param engine the engine whose format it has
     * @param graph what the file holds, in that engine's dialect
     * @param difference the largest difference between the Block's outputs and the file's, relative
     *     to the largest value of the output
     */
    public record Result(Path file, String engine, Graph graph, double difference) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s: %d nodes for %s, %d weights and constants; outputs differ from the"
                            + " Block's by at most %.1e of the largest value",
                    file,
                    graph.nodes().size(),
                    engine,
                    graph.constants().size(),
                    difference);
        }
    }

    /**
     * Writes a new file. Axis 0 of each input, and every axis given as -1, stays dynamic.
     *
     * @param block an initialized Block, which stays as it is
     * @param output the file, whose ending tells the format; must not exist
     * @param inputShapes one shape per input, of 32-bit floats; none for those that the Block was
     *     initialized with. A {@link GraphBlock} brings its own
     * @return what was written
     * @throws TraceException if the Block does what a graph can't say, or the file answers
     *     otherwise than the Block
     * @throws UnsupportedModelException if the file's dialect has no operator for one of the
     *     graph's, or nobody tells an input's shape
     * @throws io.github.djlquant.RecipeException if the file exists, or no engine on the class path
     *     writes files of such a name
     */
    public static Result write(Block block, Path output, Shape... inputShapes) {
        return write(block, output, BlockTracer.inputs(block, inputShapes), false);
    }

    /**
     * Writes a file.
     *
     * @param block an initialized Block, which stays as it is
     * @param output the file, whose ending tells the format
     * @param inputs what the Block takes; none as for {@link #write(Block, Path, Shape...)}
     * @param overwrite true to replace an existing file
     * @return what was written
     * @throws TraceException as for {@link #write(Block, Path, Shape...)}
     * @throws UnsupportedModelException as for {@link #write(Block, Path, Shape...)}
     * @throws io.github.djlquant.RecipeException if the file exists and must not be replaced
     */
    public static Result write(
            Block block, Path output, List<TraceInput> inputs, boolean overwrite) {
        Backend backend = Backends.forOutput(output);
        try (StagedFile stage = StagedFile.beside(output, overwrite)) {
            Graph traced = BlockGraph.of(block, inputs, null);
            Graph graph = backend.adopt(traced);
            backend.write(graph, backend.target(Target.Name.ANY), stage.path());
            double difference = TraceProof.require(block, graph, backend, stage.path(), inputs);
            stage.commit();
            return new Result(output, backend.getEngineName(), graph, difference);
        }
    }
}
