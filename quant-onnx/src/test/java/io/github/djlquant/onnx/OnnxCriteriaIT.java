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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.testkit.criteria.CriteriaContract;
import io.github.djlquant.testkit.criteria.Rows;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import org.junit.jupiter.api.Test;

/** ONNX models through the Criteria option. */
class OnnxCriteriaIT extends CriteriaContract {

    OnnxCriteriaIT() {
        super(new OnnxNetwork());
    }

    /** Without data there is no static recipe to try; the builder offers the choice as well. */
    @Test
    void autoWithoutDataTriesWhatNeedsNone() throws Exception {
        QuantizationTranslatorFactory factory =
                QuantizationTranslatorFactory.builder()
                        .optAuto()
                        .optTranslator(new Rows(rowShape()))
                        .build();
        try (ZooModel<float[], float[]> chosen =
                criteria().optTranslatorFactory(factory).build().loadModel()) {
            assertThat(chosen.getProperty("djl-quant.decision"))
                    .contains("dynamic-int8", "optimize")
                    .doesNotContain("chosen: static-int8", "; static-int8");
        }
    }
}
