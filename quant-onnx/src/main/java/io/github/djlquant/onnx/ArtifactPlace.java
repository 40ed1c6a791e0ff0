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

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.TargetCheck;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses, or warns of, an artifact of ours that was made for another CPU class or a newer runtime
 * than are here.
 */
final class ArtifactPlace {

    private static final Logger logger = LoggerFactory.getLogger(ArtifactPlace.class);

    private ArtifactPlace() {}

    static void check(OrtSession session, Path file) throws OrtException {
        Provenance.in(session.getMetadata().getCustomMetadata(), file.toString())
                .ifPresent(made -> judge(made, file));
    }

    private static void judge(Provenance made, Path file) {
        TargetCheck check = TargetCheck.of(made.target(), CpuClass.here(), OrtRuntime.version());
        switch (check.verdict()) {
            case FINE -> {}
            case WARN -> logger.warn("{}: {}", file, check.text());
            case REFUSE ->
                    throw new UnsupportedModelException(
                            Problem.of(check.text()).in(file).at("target " + made.target().name()));
        }
    }
}
