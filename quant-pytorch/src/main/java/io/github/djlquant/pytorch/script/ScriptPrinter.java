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

import io.github.djlquant.pytorch.script.Expression.TupleLiteral;
import io.github.djlquant.pytorch.script.FunctionDef.Parameter;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Prints sources as the engine reads them. What is printed, parsed again, gives equal trees; names
 * and types are printed as they are.
 */
public final class ScriptPrinter {

    private final StringBuilder text = new StringBuilder();
    private final ExpressionPrinter expressions = new ExpressionPrinter(text);

    private ScriptPrinter() {}

    /**
     * Prints a file.
     *
     * @param file the file
     * @return its text
     */
    public static String print(ScriptFile file) {
        ScriptPrinter printer = new ScriptPrinter();
        file.definitions().forEach(printer::append);
        return printer.text.toString();
    }

    /**
     * Prints a class or a function.
     *
     * @param definition the class or function
     * @return its text
     */
    public static String print(Definition definition) {
        ScriptPrinter printer = new ScriptPrinter();
        printer.append(definition);
        return printer.text.toString();
    }

    /**
     * Prints an expression.
     *
     * @param expression the expression
     * @return its text, on one line
     */
    public static String print(Expression expression) {
        return ExpressionPrinter.print(expression);
    }

    private void append(Definition definition) {
        if (definition instanceof ClassDef type) {
            append(type);
        } else if (definition instanceof FunctionDef function) {
            append(function, 0);
        }
    }

    private void append(ClassDef type) {
        text.append("class ").append(type.name());
        if (type.kind() != ClassDef.Kind.PLAIN) {
            text.append('(').append(type.kind().base()).append(')');
        }
        text.append(":\n");
        boolean module = type.kind() == ClassDef.Kind.MODULE;
        appendNames("__parameters__", type.parameters(), module);
        appendNames("__buffers__", type.buffers(), module);
        appendNames("__forward_pre_hooks__", type.forwardPreHooks(), false);
        appendNames("__forward_hooks__", type.forwardHooks(), false);
        type.fields().forEach(field -> append(type.kind(), field));
        type.methods().forEach(method -> append(method, 1));
        if (!module && type.fields().isEmpty() && type.methods().isEmpty()) {
            line(1, "pass");
        }
    }

    private void appendNames(String list, List<String> names, boolean always) {
        if (always || !names.isEmpty()) {
            String quoted =
                    names.stream()
                            .map(name -> StringText.encode(name) + ", ")
                            .collect(Collectors.joining());
            line(1, list + " = [" + quoted + "]");
        }
    }

    private void append(ClassDef.Kind kind, Field field) {
        String type = field.type().orElse("");
        String value = field.value().map(v -> " = " + print(v)).orElse("");
        if (field.type().isEmpty()) {
            line(1, field.name() + value);
        } else if (!ExpressionPrinter.isIdentifier(field.name())) {
            line(1, "__annotations__[" + StringText.encode(field.name()) + "] = " + type);
        } else if (field.value().isPresent() && kind != ClassDef.Kind.NAMED_TUPLE) {
            line(1, field.name() + " : Final[" + type + "]" + value);
        } else {
            line(1, field.name() + " : " + type + value);
        }
    }

    private void append(FunctionDef function, int level) {
        indent(level).append("def ").append(function.name()).append('(');
        String comma = "";
        for (Parameter parameter : function.parameters()) {
            text.append(comma).append(parameter.name());
            parameter.type().ifPresent(type -> text.append(": ").append(type));
            parameter.defaultValue().ifPresent(value -> text.append('=').append(print(value)));
            comma = ",\n" + "  ".repeat(level + 1);
        }
        text.append(')');
        function.returnType().ifPresent(type -> text.append(" -> ").append(type));
        appendBody(function.body(), level);
    }

    private void appendBody(List<Statement> body, int level) {
        text.append(":\n");
        body.forEach(statement -> append(statement, level + 1));
    }

    private void append(Statement statement, int level) {
        if (statement instanceof Statement.If branch) {
            indent(level).append("if ");
            expressions.append(branch.condition());
            appendBody(branch.then(), level);
            if (!branch.otherwise().isEmpty()) {
                indent(level).append("else");
                appendBody(branch.otherwise(), level);
            }
        } else if (statement instanceof Statement.For loop) {
            indent(level).append("for ").append(loop.variable()).append(" in ");
            expressions.append(loop.iterable());
            appendBody(loop.body(), level);
        } else if (statement instanceof Statement.While loop) {
            indent(level).append("while ");
            expressions.append(loop.condition());
            appendBody(loop.body(), level);
        } else if (statement instanceof Statement.With with) {
            indent(level).append("with ");
            expressions.append(with.context());
            with.variable().ifPresent(variable -> text.append(" as ").append(variable));
            appendBody(with.body(), level);
        } else if (statement instanceof Statement.Nested nested) {
            append(nested.function(), level);
        } else {
            indent(level);
            appendSimple(statement);
            text.append('\n');
        }
    }

    private void appendSimple(Statement statement) {
        if (statement instanceof Statement.Assign assign) {
            text.append(assign.target());
            assign.type().ifPresent(type -> text.append(" : ").append(type));
            appendValue(" = ", assign.value());
        } else if (statement instanceof Statement.Unpack unpack) {
            append(unpack);
        } else if (statement instanceof Statement.SetAttribute set) {
            expressions.append(new Expression.Member(set.object(), set.attribute()));
            appendValue(" = ", set.value());
        } else if (statement instanceof Statement.SetElement set) {
            expressions.append(set.element());
            appendValue(" = ", set.value());
        } else if (statement instanceof Statement.Evaluate evaluate) {
            expressions.append(evaluate.expression());
        } else if (statement instanceof Statement.Return end) {
            text.append("return");
            end.value().ifPresent(value -> appendValue(" ", value));
        } else if (statement instanceof Statement.Raise raise) {
            appendValue("raise ", raise.exception());
        } else if (statement instanceof Statement.Assert check) {
            appendValue("assert ", check.condition());
            check.message().ifPresent(message -> appendValue(", ", message));
        } else {
            text.append(word(statement));
        }
    }

    /** A single variable needs a comma, else it would be the value itself. */
    private void append(Statement.Unpack unpack) {
        text.append(String.join(", ", unpack.targets()));
        if (unpack.value() instanceof TupleLiteral several
                && several.elements().size() > 1
                && unpack.targets().size() > 1) {
            String separator = " = ";
            for (Expression value : several.elements()) {
                appendValue(separator, value);
                separator = ", ";
            }
        } else {
            appendValue(", = ", unpack.value());
        }
    }

    private void appendValue(String before, Expression value) {
        text.append(before);
        expressions.append(value);
    }

    private static String word(Statement statement) {
        if (statement instanceof Statement.Pass) {
            return "pass";
        }
        if (statement instanceof Statement.Break) {
            return "break";
        }
        if (statement instanceof Statement.Continue) {
            return "continue";
        }
        throw new IllegalArgumentException("No form for " + statement.getClass());
    }

    private void line(int level, String content) {
        indent(level).append(content).append('\n');
    }

    private StringBuilder indent(int level) {
        return text.append("  ".repeat(level));
    }
}
