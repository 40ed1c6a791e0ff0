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

import io.github.djlquant.pytorch.script.ClassDef.Kind;
import io.github.djlquant.pytorch.script.Expression.ListLiteral;
import io.github.djlquant.pytorch.script.Expression.Name;
import io.github.djlquant.pytorch.script.Expression.StringLiteral;
import io.github.djlquant.pytorch.script.Expression.Subscript;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Parses one class. */
final class ClassParser {

    private final TokenCursor tokens;
    private final StatementParser statements;

    private final List<String> parameters = new ArrayList<>();
    private final List<String> buffers = new ArrayList<>();
    private final List<String> forwardPreHooks = new ArrayList<>();
    private final List<String> forwardHooks = new ArrayList<>();
    private final List<Field> fields = new ArrayList<>();
    private final List<FunctionDef> methods = new ArrayList<>();

    ClassParser(TokenCursor tokens, StatementParser statements) {
        this.tokens = tokens;
        this.statements = statements;
    }

    /** Parses a class from {@code class} to the end of its body. */
    ClassDef parse() {
        tokens.expect("class", "before a class");
        String name = tokens.expect(Token.Kind.NAME, "a class's name").text();
        Kind kind = tokens.at("(") ? base() : Kind.PLAIN;
        tokens.expect(":", "before the class's body");
        tokens.expect(Token.Kind.NEWLINE, "a new line before the class's body");
        if (tokens.at(Token.Kind.INDENT)) {
            tokens.take();
            while (!tokens.at(Token.Kind.DEDENT)) {
                member(kind);
            }
            tokens.take();
        }
        return new ClassDef(
                name, kind, parameters, buffers, forwardPreHooks, forwardHooks, fields, methods);
    }

    private Kind base() {
        tokens.expect("(", "before the class's base");
        Token base = tokens.take();
        tokens.expect(")", "after the class's base");
        return Stream.of(Kind.values())
                .filter(kind -> kind != Kind.PLAIN && kind.base().equals(base.text()))
                .findFirst()
                .orElseThrow(
                        () ->
                                tokens.errors()
                                        .unsupported(
                                                "A class has an unknown base",
                                                base,
                                                "Save the model with torch.jit.save"));
    }

    private void member(Kind kind) {
        Token start = tokens.current();
        if (start.is("def")) {
            methods.add(statements.function());
            return;
        }
        if (!tokens.takeIf("pass")) {
            field(kind, start);
        }
        tokens.expect(Token.Kind.NEWLINE, "the end of the line");
    }

    private void field(Kind kind, Token start) {
        String name = tokens.name("a field or a method");
        if (name.equals("__annotations__")) {
            annotation();
        } else if (tokens.takeIf(":")) {
            fields.add(typed(kind, name));
        } else {
            tokens.expect("=", "or ':' after the name");
            Token valueStart = tokens.current();
            Expression value = statements.expression();
            List<String> names =
                    switch (name) {
                        case "__parameters__" -> parameters;
                        case "__buffers__" -> buffers;
                        case "__forward_pre_hooks__" -> forwardPreHooks;
                        case "__forward_hooks__" -> forwardHooks;
                        default -> null;
                    };
            if (names != null) {
                names.addAll(strings(value, valueStart));
            } else if (kind == Kind.ENUM) {
                fields.add(new Field(name, Optional.empty(), Optional.of(value)));
            } else {
                throw tokens.errors()
                        .malformed("The source is malformed", start, "a field with a type");
            }
        }
    }

    /** A field whose name is no identifier: {@code __annotations__["0"] = type}. */
    private void annotation() {
        if (tokens.takeIf("[")) {
            String name = tokens.expect(Token.Kind.STRING, "a field's name").text();
            tokens.expect("]", "after the field's name");
            tokens.expect("=", "before the field's type");
            fields.add(new Field(name, Optional.of(statements.types().text()), Optional.empty()));
            return;
        }
        tokens.expect("=", "or '[' after __annotations__");
        Token start = tokens.current();
        strings(statements.expression(), start);
    }

    private Field typed(Kind kind, String name) {
        Token start = tokens.current();
        Expression type = statements.types().parse();
        Optional<Expression> value =
                tokens.takeIf("=") ? Optional.of(statements.expression()) : Optional.empty();
        boolean constant =
                type instanceof Subscript generic
                        && generic.object().equals(new Name("Final"))
                        && generic.indices().size() == 1;
        if (kind != Kind.NAMED_TUPLE && constant != value.isPresent()) {
            throw tokens.errors()
                    .malformed(
                            "The source is malformed",
                            start,
                            constant ? "a constant's value" : "the type Final for a constant");
        }
        Expression plain =
                constant && kind != Kind.NAMED_TUPLE ? ((Subscript) type).indices().get(0) : type;
        return new Field(name, Optional.of(ExpressionPrinter.print(plain)), value);
    }

    private List<String> strings(Expression value, Token start) {
        List<String> names = new ArrayList<>();
        if (value instanceof ListLiteral list) {
            for (Expression element : list.elements()) {
                if (element instanceof StringLiteral name) {
                    names.add(name.value());
                }
            }
            if (names.size() == list.elements().size()) {
                return names;
            }
        }
        throw tokens.errors().malformed("The source is malformed", start, "a list of names");
    }
}
