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
package io.github.djlquant;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDManager;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the layers that ARCHITECTURE.md draws. */
@AnalyzeClasses(
        packages = "io.github.djlquant",
        importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {

    @ArchTest
    static final ArchRule coreKnowsNothingOfDjl =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "..graph..",
                            "..op..",
                            "..scheme..",
                            "..recipe..",
                            "..observe..",
                            "..plan..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl..");

    @ArchTest
    static final ArchRule theGraphKnowsNothingButErrors =
            noClasses()
                    .that()
                    .resideInAPackage("..graph..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "..op..",
                            "..scheme..",
                            "..recipe..",
                            "..transform..",
                            "..observe..",
                            "..calibrate..",
                            "..plan..",
                            "..backend..",
                            "..evaluate..",
                            "..translate..");

    @ArchTest
    static final ArchRule nothingReachesBackToTheFrontDoor =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("io.github.djlquant", "..translate..")
                    .should()
                    .dependOnClassesThat()
                    .haveNameMatching("io\\.github\\.djlquant\\.(Quantizer|QuantizedModel)");

    @ArchTest
    static final ArchRule theApiKnowsNoEngine =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "ai.onnxruntime..", "ai.djl.onnxruntime..", "ai.djl.pytorch..");

    /** On hosts with a GPU, DJL's default is the GPU; what is read there is only copied back. */
    @ArchTest
    static final ArchRule managersSayTheirDevice =
            noClasses().should().callMethod(NDManager.class, "newBaseManager");

    @ArchTest
    static final ArchRule schemeAndGraphAreFreeOfCycles =
            slices().matching("io.github.djlquant.(graph|op|scheme)..").should().beFreeOfCycles();
}
