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
package io.github.djlquant.report.section;

import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Section;
import java.util.List;
import java.util.Optional;

/** All sections, in the order in which they are read. */
public final class Sections {

    private static final List<SectionMaker> MAKERS =
            List.of(
                    new ParetoSection(),
                    new MetricsSection(),
                    new SlicesSection(),
                    new FlipsSection(),
                    new ErrorsSection(),
                    new DivergencesSection(),
                    new LatencySection(),
                    new LayersSection(),
                    new OperatorsSection(),
                    new BaselineSection(),
                    new UnmeasuredSection(),
                    new OriginSection());

    private Sections() {}

    /**
     * Lays a report out.
     *
     * @param report what is known
     * @return the sections that have something to show
     */
    public static List<Section> of(Report report) {
        return MAKERS.stream().map(maker -> maker.make(report)).flatMap(Optional::stream).toList();
    }
}
