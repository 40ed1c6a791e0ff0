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

import io.github.djlquant.pytorch.script.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses the sources in an archive's {@code code/} folder.
 *
 * <p>The language is what {@code torch.jit.save} writes: classes of modules, plain classes, named
 * tuples, enumerations and interfaces; functions whose bodies assign calls, literals and members to
 * variables, branch and loop. Sources are untrusted: whatever the text is, parsing gives a tree or
 * throws one of the types below. No tree is deeper than {@value #MAX_DEPTH}, so that others may
 * walk over it by recursion.
 */
public final class ScriptParser {

    /** The levels of nested blocks and expressions that a source may have. */
    public static final int MAX_DEPTH = 200;

    /** The characters that a source may have: the largest models have some millions. */
    public static final int MAX_LENGTH = 1 << 26;

    private ScriptParser() {}

    /**
     * Parses a source.
     *
     * @param source the text
     * @param fileName its path below {@code code/}, for messages
     * @return its classes and functions
     * @throws io.github.djlquant.ModelFormatException if the text is malformed, too long or nested
     *     too deep; the message names line and column
     * @throws io.github.djlquant.UnsupportedModelException if it is Python that the engine may read
     *     but never writes
     */
    public static ScriptFile parse(String source, String fileName) {
        SourceErrors errors = new SourceErrors(fileName);
        if (source.length() > MAX_LENGTH) {
            throw errors.beyond(
                    "The source is too long", new Token(Kind.END, "", 1, 1), MAX_LENGTH);
        }
        TokenCursor tokens =
                new TokenCursor(new Lexer(source, errors, MAX_DEPTH), errors, MAX_DEPTH);
        StatementParser statements = new StatementParser(tokens);
        List<Definition> definitions = new ArrayList<>();
        while (!tokens.at(Kind.END)) {
            if (tokens.at("class")) {
                definitions.add(new ClassParser(tokens, statements).parse());
            } else if (tokens.at("def")) {
                definitions.add(statements.function());
            } else if (tokens.at("op_version_set") || tokens.at("import")) {
                throw errors.unsupported(
                        "The source is in the form that PyTorch wrote before version 1.4",
                        tokens.current(),
                        "Load and save the model with a current version of PyTorch");
            } else {
                throw errors.malformed(
                        "The source is malformed", tokens.current(), "a class or a function");
            }
        }
        return new ScriptFile(fileName, definitions);
    }

    /**
     * Parses an expression that stands alone, such as a literal kept as text.
     *
     * @param source the text
     * @param fileName where it is from, for messages
     * @return the expression
     * @throws io.github.djlquant.ModelFormatException if the text is malformed, too long or nested
     *     too deep
     * @throws io.github.djlquant.UnsupportedModelException if it is Python that the engine may read
     *     but never writes
     */
    public static Expression parseExpression(String source, String fileName) {
        SourceErrors errors = new SourceErrors(fileName);
        if (source.length() > MAX_LENGTH) {
            throw errors.beyond(
                    "The source is too long", new Token(Kind.END, "", 1, 1), MAX_LENGTH);
        }
        TokenCursor tokens =
                new TokenCursor(new Lexer(source, errors, MAX_DEPTH), errors, MAX_DEPTH);
        Expression expression = new StatementParser(tokens).expression();
        tokens.expect(Kind.NEWLINE, "the end of the expression");
        tokens.expect(Kind.END, "the end of the expression");
        return expression;
    }
}
