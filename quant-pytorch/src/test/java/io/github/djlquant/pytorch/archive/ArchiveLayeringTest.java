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
package io.github.djlquant.pytorch.archive;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Zip files and pickles are known in one package, which knows nothing of what they are for. */
@AnalyzeClasses(
        packages = "io.github.djlquant.pytorch",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchiveLayeringTest {

    @ArchTest
    static final ArchRule zipFilesStayInThisPackage =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..pytorch.archive..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.commons.compress..", "java.util.zip..");

    @ArchTest
    static final ArchRule archivesKnowNoEngineAndNoScript =
            noClasses()
                    .that()
                    .resideInAPackage("..pytorch.archive..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "ai.djl..",
                            "..pytorch",
                            "..pytorch.script..",
                            "..pytorch.read..",
                            "..pytorch.write..",
                            "..pytorch.op..",
                            "..pytorch.lower..");

    @ArchTest
    static final ArchRule nothingIsExecutedOrCreatedByName =
            noClasses()
                    .that()
                    .resideInAPackage("..pytorch.archive..")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.lang.reflect.Method")
                    .orShould()
                    .callMethod(Class.class, "forName", String.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(java.io.ObjectInputStream.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(ProcessBuilder.class);
}
