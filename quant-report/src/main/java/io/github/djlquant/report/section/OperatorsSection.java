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

import io.github.djlquant.evaluate.HardwareCheck;
import io.github.djlquant.evaluate.OperatorShare;
import io.github.djlquant.evaluate.Operators;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Column;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the engine really runs in int8, what not, why, and what that costs. */
final class OperatorsSection implements SectionMaker {

    /** Operators of ONNX that hand elements on as they are. */
    private static final Set<String> MOVERS =
            Set.of(
                    "Concat",
                    "Expand",
                    "Flatten",
                    "Gather",
                    "Identity",
                    "Pad",
                    "Reshape",
                    "Slice",
                    "Split",
                    "Squeeze",
                    "Tile",
                    "Transpose",
                    "Unsqueeze");

    @Override
    public Optional<Section> make(Report report) {
        Optional<Operators> operators = report.evaluation().operators();
        Optional<HardwareCheck> hardware = report.evaluation().hardware();
        if (operators.isEmpty() && hardware.isEmpty()) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        operators.ifPresent(
                o -> {
                    blocks.add(byKernel(o));
                    blocks.add(all(o));
                });
        hardware.ifPresent(h -> blocks.add(hardware(h)));
        return Optional.of(
                new Section(
                        "operators",
                        "Operators",
                        operators.map(OperatorsSection::lead).orElse(""),
                        blocks));
    }

    private static String lead(Operators operators) {
        List<OperatorShare> all = operators.operators();
        long int8 = all.stream().filter(OperatorShare::int8).count();
        long fallen = all.stream().filter(OperatorShare::fellBack).count();
        String text =
                Figures.text(
                        "%s runs %s kernels, %s of them on integers%s.",
                        operators.engine(),
                        Figures.count(all.size()),
                        Figures.count(int8),
                        operators
                                .int8Share()
                                .map(s -> Figures.text(", which take %.0f %% of the time", 100 * s))
                                .orElse(""));
        if (fallen > 0) {
            text +=
                    Figures.text(
                            " %s were planned in int8 and fell back to float.",
                            Figures.count(fallen));
        }
        if (operators.timing().isEmpty()) {
            return text;
        }
        boolean timed = operators.operators().stream().anyMatch(o -> o.micros().isPresent());
        return text + (timed ? " Times: " : " Not timed: ") + operators.timing() + ".";
    }

    private static Cell type(boolean int8) {
        return int8 ? Cell.of("int8").in(Tone.GOOD) : Cell.of("float");
    }

    private static Cell share(Optional<Double> share) {
        return share.map(s -> Cell.of(s, Figures.text("%.1f %%", 100 * s))).orElse(Cell.EMPTY);
    }

    private static Block byKernel(Operators operators) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Operators.KernelShare kernel : operators.byKernel()) {
            rows.add(
                    List.of(
                            Cell.of(kernel.kernel()),
                            type(kernel.int8()),
                            Cell.of(kernel.instances(), Figures.count(kernel.instances())),
                            share(kernel.share())));
        }
        return new Block.Table(
                "table-kernels",
                "By kernel",
                List.of(
                        Column.names("Kernel"),
                        Column.words("Runs in"),
                        Column.figures("How many"),
                        Column.figures("Share of time").withBars()),
                rows,
                -1);
    }

    private static Block all(Operators operators) {
        List<List<Cell>> rows = new ArrayList<>();
        for (OperatorShare operator : operators.operators()) {
            rows.add(
                    List.of(
                            Cell.of(operator.node()),
                            Cell.of(operator.operator()),
                            Cell.of(operator.kernel()),
                            operator.fellBack()
                                    ? Cell.of("float, fell back").in(Tone.BAD)
                                    : type(operator.int8()),
                            share(operator.share()),
                            operator.micros()
                                    .map(m -> Cell.of(m, Figures.micros(m)))
                                    .orElse(Cell.EMPTY),
                            Cell.of(reason(operator))));
        }
        return new Block.Table(
                "table-operators",
                "Every kernel, in the order in which it runs",
                List.of(
                        Column.names("Node"),
                        Column.words("Operator"),
                        Column.words("Kernel"),
                        Column.words("Runs in"),
                        Column.figures("Share of time").withBars(),
                        Column.figures("Time"),
                        Column.words("Why")),
                rows,
                3);
    }

    /** What only moves data does so with integers too, and has no other kernel. */
    private static String reason(OperatorShare operator) {
        boolean silent = operator.reason().isEmpty() && !operator.int8();
        return silent && MOVERS.contains(operator.kernel())
                ? "moves data, computes nothing"
                : operator.reason();
    }

    private static Block hardware(HardwareCheck hardware) {
        return Block.Facts.list()
                .add("CPU", hardware.cpu())
                .add("CPU class", hardware.cpuClass())
                .add("8-bit features", String.join(", ", hardware.features()))
                .add("Made for", hardware.target())
                .add("What that means", String.join("; ", hardware.remarks()))
                .build();
    }
}
