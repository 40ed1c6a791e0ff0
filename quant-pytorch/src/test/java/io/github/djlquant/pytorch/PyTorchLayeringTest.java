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

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the borders inside this module that ARCHITECTURE.md draws. */
@AnalyzeClasses(
        packages = "io.github.djlquant.pytorch",
        importOptions = ImportOption.DoNotIncludeTests.class)
class PyTorchLayeringTest {

    @ArchTest
    static final ArchRule onlyTheRootKnowsTheEngine =
            noClasses()
                    .that()
                    .resideInAnyPackage("io.github.djlquant.pytorch.(*)..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl..", "com.sun.jna..");

    @ArchTest
    static final ArchRule archivesStayWhereFilesAreReadAndWritten =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.github.djlquant.pytorch",
                            "..pytorch.archive..",
                            "..pytorch.lower..",
                            "..pytorch.read..",
                            "..pytorch.write..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("..pytorch.archive..");

    @ArchTest
    static final ArchRule sourceTextStaysWhereFilesAreReadAndWritten =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "..pytorch.script..", "..pytorch.read..", "..pytorch.write..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("..pytorch.script..");

    @ArchTest
    static final ArchRule archivesAndTextKnowNoGraph =
            noClasses()
                    .that()
                    .resideInAnyPackage("..pytorch.archive..", "..pytorch.script..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "..pytorch.read..",
                            "..pytorch.write..",
                            "..pytorch.lower..",
                            "..pytorch.op..",
                            "io.github.djlquant.pytorch");
}
