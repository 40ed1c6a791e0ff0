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
package io.github.djlquant.pytorch.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.UnsupportedModelException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptErrorsTest {

    private static final long SMALL_STACK = 512 * 1024;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x = (1           | line 2, column 9 | not closed",
                "x = 1)           | line 2, column 8 | bracket closes that was not opened",
                "x = 'a           | line 2, column 7 | string is not closed",
                "x = '\\q'        | line 2, column 7 | unknown escape",
                "x = '\\377'      | line 2, column 7 | no UTF-8",
                "x = '\\777'      | line 2, column 7 | above 377",
                "x = 1a           | line 2, column 7 | followed by letters",
                "x = $            | line 2, column 7 | U+0024",
                "x = 9223372036854775808 | line 2, column 7 | 64 bits",
                "x = -9223372036854775809 | line 2, column 8 | 64 bits",
                "x =              | line 2, column 6 | an expression",
                "x y              | line 2, column 5 | the end of the line",
                "f(a=1, 2)        | line 2, column 10 | an argument with a name",
                "x[]              | line 2, column 5 | an index",
                "x[1,]            | line 2, column 5 | an index",
                "1 = x            | line 2, column 3 | a variable",
                "if x: pass       | line 2, column 9 | a new line before a body",
                "for 1 in x:      | line 2, column 7 | the loop's variable",
                "x : 1 = 2        | line 2, column 7 | a type",
                "a if b           | line 2, column 9 | 'else'"
            })
    void namesThePlace(String statement, String place, String words) {
        assertThatThrownBy(() -> ScriptParser.parse("def f():\n  " + statement, "net.py"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("net.py: " + place + ":")
                .hasMessageContaining(words)
                .hasMessageMatching("(?s).*(found|expected).*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x += 1",
                "x = [y for y in z]",
                "x = {y: 1 for y in z}",
                "a = b = c",
                "a, (b, c) = d",
                "f(*x)",
                "f(**x)",
                "x = lambda y: y",
                "del x",
                "import os",
                "global x",
                "x[...]",
                "x = 1 # type: int",
                "class A:"
            })
    void saysWhatNoArchiveHolds(String statement) {
        assertThatThrownBy(() -> ScriptParser.parse("def f():\n  " + statement, "net.py"))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("net.py: line 2, column ")
                .hasMessageContaining(". ");
    }

    @Test
    void refusesOtherDefinitions() {
        assertThatThrownBy(() -> ScriptParser.parse("op_version_set = 1\n", "net.py"))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("before version 1.4");
        assertThatThrownBy(() -> ScriptParser.parse("x = 1\n", "net.py"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("a class or a function");
        assertThatThrownBy(() -> ScriptParser.parse("class A(Base):\n  pass\n", "net.py"))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("unknown base");
        assertThatThrownBy(() -> ScriptParser.parse("class A(Module):\n  x = 1\n", "net.py"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("a field with a type");
        assertThatThrownBy(() -> ScriptParser.parse("class A(Module):\n  None : int\n", "net.py"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("a field or a method");
        assertThatThrownBy(() -> ScriptParser.parse("class A(Module):\n  x : int = 1\n", "net.py"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Final");
        assertThatThrownBy(
                        () ->
                                ScriptParser.parse(
                                        "class A(Module):\n  __buffers__ = [1]\n", "net.py"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("a list of names");
    }

    @Test
    void refusesIndentationThatFitsNoBlock() {
        assertThatThrownBy(
                        () ->
                                ScriptParser.parse(
                                        "def f():\n    if x:\n        pass\n      pass\n",
                                        "net.py"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("line 4")
                .hasMessageContaining("fits no block");
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 200_000})
    void boundsTheDepth(int depth) throws Exception {
        assertTooDeep("(".repeat(depth));
        assertTooDeep("[".repeat(depth) + "]".repeat(depth));
        assertTooDeep("{1: ".repeat(depth));
        assertTooDeep("f(".repeat(depth));
        assertTooDeep("x[".repeat(depth));
        assertTooDeep("-".repeat(depth) + "x");
        assertTooDeep("not ".repeat(depth) + "x");
        assertTooDeep("x ** ".repeat(depth) + "x");
        assertTooDeep("x if x else ".repeat(depth) + "x");
        assertTooDeep("x + ".repeat(depth) + "x");
        assertTooDeep("x" + ".y".repeat(depth));
        assertTooDeep("x" + "()".repeat(depth));
        assertTooDeep("x" + "[0]".repeat(depth));
        assertTooDeep("x : " + "List[".repeat(depth) + "int" + "]".repeat(depth) + " = 1");
        assertTooDeep("if x:\n    pass\n" + "  elif x:\n    pass\n".repeat(depth));
    }

    @Test
    void boundsTheDepthOfBlocks() throws Exception {
        int depth = 2_000;
        String blocks =
                IntStream.range(1, depth)
                        .mapToObj(level -> " ".repeat(level) + "if x:\n")
                        .collect(Collectors.joining());
        assertThatThrownBy(() -> onSmallStack(() -> ScriptParser.parse("def f():\n" + blocks, "n")))
                .hasCauseInstanceOf(ModelFormatException.class)
                .hasMessageContaining("too deep");
    }

    @Test
    void walksOverTheDeepestTree() throws Exception {
        int levels = ScriptParser.MAX_DEPTH / 2;
        String blocks =
                IntStream.range(1, levels)
                        .mapToObj(level -> " ".repeat(level) + "if x:\n")
                        .collect(Collectors.joining());
        String source =
                "def f():\n"
                        + blocks
                        + " ".repeat(levels)
                        + "return "
                        + "(1, ".repeat(levels - 2)
                        + "1"
                        + ")".repeat(levels - 2)
                        + "\n";
        boolean same =
                onSmallStack(
                        () -> {
                            ScriptFile file = ScriptParser.parse(source, "net.py");
                            String printed = ScriptPrinter.print(file);
                            ScriptFile again = ScriptParser.parse(printed, "net.py");
                            return again.equals(file) && again.hashCode() == file.hashCode();
                        });
        assertThat(same).isTrue();
    }

    private static void assertTooDeep(String statement) {
        assertThatThrownBy(
                        () ->
                                onSmallStack(
                                        () ->
                                                ScriptParser.parse(
                                                        "def f():\n  " + statement + "\n",
                                                        "net.py")))
                .as(statement.substring(0, 12))
                .hasCauseInstanceOf(ModelFormatException.class)
                .hasMessageContaining("too deep");
    }

    private static <T> T onSmallStack(Supplier<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work::get);
        new Thread(null, task, "small stack", SMALL_STACK).start();
        return task.get();
    }
}
