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
package io.github.djlquant.fault;

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.TextPreprocessing;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.fault.Fault;
import io.github.djlquant.testkit.real.SentenceTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quiet failures of a sentence encoder. */
class TextFaultsIT {

    @TempDir private static Path folder;

    private static FaultTrial trial;
    private static Path sound;

    @BeforeAll
    static void quantize() throws IOException {
        Path model = RealFiles.find("minilm/minilm_l6_v2.onnx");
        Path texts = folder.resolve("texts.txt");
        Files.write(texts, SentenceTasks.unlabelled().subList(0, 100));
        trial =
                new FaultTrial(
                        model,
                        folder,
                        CalibrationData.ofText(
                                texts,
                                TextPreprocessing.of(RealFiles.find("minilm/tokenizer.json"))),
                        null,
                        List.of());
        sound = trial.quantize("sound", Recipe.dynamicInt8(), null);
    }

    @Test
    void softmaxIsQuantized() {
        trial.assertRefused(sound, Fault.SOFTMAX_QUANTIZED, "cosine");
    }

    @Test
    void theTableHasOneScale() {
        trial.assertRefused(sound, Fault.TABLE_PER_TENSOR, "cosine");
    }
}
