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
package io.github.djlquant.report;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.github.djlquant.report",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ReportLayeringTest {

    @ArchTest
    static final ArchRule onlyTemplatesKnowTheTemplateEngine =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..templates..")
                    .and()
                    .doNotHaveSimpleName("Templates")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("gg.jte..");

    @ArchTest
    static final ArchRule whatIsShownKnowsNothingOfWhereItComesFrom =
            noClasses()
                    .that()
                    .resideInAPackage("..view..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("..section..", "..templates..");

    @ArchTest
    static final ArchRule aReportNeedsNoEngine =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl..", "ai.onnxruntime..");
}
