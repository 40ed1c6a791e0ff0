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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtSymbolBlock;
import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.testkit.criteria.BlockModel;
import io.github.djlquant.testkit.criteria.CriteriaContract;
import io.github.djlquant.testkit.criteria.CriteriaSoak;
import io.github.djlquant.testkit.criteria.ModelSourcesContract;
import io.github.djlquant.testkit.criteria.ServingContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** DJL Blocks with their parameters through the Criteria option, quantized for either engine. */
class BlockContractsIT {

    /** Stays in the engine of the Block. */
    private static final class InPyTorch extends BlockModel {

        @Override
        public Backend backend() {
            return Backends.forEngine("PyTorch");
        }

        @Override
        public void requireOpen(Block block) {
            ((PtSymbolBlock) block).getHandle();
        }
    }

    /** Moves to ONNX Runtime. */
    private static final class InOnnxRuntime extends BlockModel {

        @Override
        public Backend backend() {
            return Backends.forEngine("OnnxRuntime");
        }

        @Override
        public void requireOpen(Block block) {
            block.describeInput();
        }
    }

    @Nested
    class CriteriaOfPyTorch extends CriteriaContract {
        CriteriaOfPyTorch() {
            super(new InPyTorch());
        }
    }

    @Nested
    class SourcesOfPyTorch extends ModelSourcesContract {
        SourcesOfPyTorch() {
            super(new InPyTorch());
        }
    }

    @Nested
    class ServingOfPyTorch extends ServingContract {
        ServingOfPyTorch() {
            super(new InPyTorch());
        }
    }

    @Nested
    class SoakOfPyTorch extends CriteriaSoak {
        SoakOfPyTorch() {
            super(new InPyTorch());
        }
    }

    @Nested
    class CriteriaOfOnnxRuntime extends CriteriaContract {
        CriteriaOfOnnxRuntime() {
            super(new InOnnxRuntime());
        }
    }

    @Nested
    class SourcesOfOnnxRuntime extends ModelSourcesContract {
        SourcesOfOnnxRuntime() {
            super(new InOnnxRuntime());
        }
    }

    @Nested
    class ServingOfOnnxRuntime extends ServingContract {
        ServingOfOnnxRuntime() {
            super(new InOnnxRuntime());
        }

        @Test
        void optionsReachTheSessionOfTheQuantizedModel() {
            assertThatThrownBy(
                            () ->
                                    strings(criteria())
                                            .optArgument("calibration", data)
                                            .optArgument("option.intraOpNumThreads", "many")
                                            .build()
                                            .loadModel())
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining("intraOpNumThreads");
        }
    }

    @Nested
    class SoakOfOnnxRuntime extends CriteriaSoak {
        SoakOfOnnxRuntime() {
            super(new InOnnxRuntime());
        }
    }
}
