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

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A statement of a function's body. */
public sealed interface Statement {

    /**
     * Names a value: {@code target = value} or {@code target : type = value}.
     *
     * @param target the variable
     * @param type its type as text, where the source says it
     * @param value the value
     */
    record Assign(String target, Optional<String> type, Expression value) implements Statement {
        /** Requires all parts. */
        public Assign {
            Objects.requireNonNull(target, "target");
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * Names the parts of a value: {@code a, b, = value}. The value is a tuple, a list or an
     * operator with as many outputs; if it is a tuple literal ({@code a, b = c, d}), all of its
     * elements are evaluated before the first variable changes.
     *
     * @param targets the variables, at least one
     * @param value the value
     */
    record Unpack(List<String> targets, Expression value) implements Statement {
        /** Copies the list. */
        public Unpack {
            targets = List.copyOf(targets);
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * Changes an attribute: {@code object.attribute = value}.
     *
     * @param object whose attribute
     * @param attribute the attribute's name
     * @param value the new value
     */
    record SetAttribute(Expression object, String attribute, Expression value)
            implements Statement {
        /** Requires all parts. */
        public SetAttribute {
            Objects.requireNonNull(object, "object");
            Objects.requireNonNull(attribute, "attribute");
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * Changes an element: {@code object[index] = value}.
     *
     * @param element which element
     * @param value the new value
     */
    record SetElement(Expression.Subscript element, Expression value) implements Statement {
        /** Requires all parts. */
        public SetElement {
            Objects.requireNonNull(element, "element");
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * Evaluates an expression for what it does.
     *
     * @param expression usually a call
     */
    record Evaluate(Expression expression) implements Statement {
        /** Requires an expression. */
        public Evaluate {
            Objects.requireNonNull(expression, "expression");
        }
    }

    /**
     * Runs one of two bodies.
     *
     * @param condition decides which
     * @param then runs if it is true, at least one statement
     * @param otherwise runs if it is false; may be empty
     */
    record If(Expression condition, List<Statement> then, List<Statement> otherwise)
            implements Statement {
        /** Copies the lists. */
        public If {
            Objects.requireNonNull(condition, "condition");
            then = List.copyOf(then);
            otherwise = List.copyOf(otherwise);
        }
    }

    /**
     * Runs a body for each element.
     *
     * @param variable names the element
     * @param iterable mostly {@code range(n)}
     * @param body at least one statement
     */
    record For(String variable, Expression iterable, List<Statement> body) implements Statement {
        /** Copies the list. */
        public For {
            Objects.requireNonNull(variable, "variable");
            Objects.requireNonNull(iterable, "iterable");
            body = List.copyOf(body);
        }
    }

    /**
     * Runs a body while a condition holds.
     *
     * @param condition evaluated before each run
     * @param body at least one statement
     */
    record While(Expression condition, List<Statement> body) implements Statement {
        /** Copies the list. */
        public While {
            Objects.requireNonNull(condition, "condition");
            body = List.copyOf(body);
        }
    }

    /**
     * Runs a body inside a context: {@code with context as variable:}.
     *
     * @param context enters before the body and exits after it
     * @param variable names what entering yields, if it is used
     * @param body at least one statement
     */
    record With(Expression context, Optional<String> variable, List<Statement> body)
            implements Statement {
        /** Copies the list. */
        public With {
            Objects.requireNonNull(context, "context");
            Objects.requireNonNull(variable, "variable");
            body = List.copyOf(body);
        }
    }

    /**
     * Defines a function inside the body, as {@code fork} needs it.
     *
     * @param function the function; it reads the variables around it
     */
    record Nested(FunctionDef function) implements Statement {
        /** Requires a function. */
        public Nested {
            Objects.requireNonNull(function, "function");
        }
    }

    /**
     * Ends the function.
     *
     * @param value its result, if it has one
     */
    record Return(Optional<Expression> value) implements Statement {
        /** Requires the optional. */
        public Return {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * Throws.
     *
     * @param exception what
     */
    record Raise(Expression exception) implements Statement {
        /** Requires an exception. */
        public Raise {
            Objects.requireNonNull(exception, "exception");
        }
    }

    /**
     * Throws unless a condition holds.
     *
     * @param condition what must hold
     * @param message what is said otherwise
     */
    record Assert(Expression condition, Optional<Expression> message) implements Statement {
        /** Requires all parts. */
        public Assert {
            Objects.requireNonNull(condition, "condition");
            Objects.requireNonNull(message, "message");
        }
    }

    /** Does nothing: an empty body. */
    record Pass() implements Statement {}

    /** Leaves the loop. */
    record Break() implements Statement {}

    /** Begins the loop's next run. */
    record Continue() implements Statement {}
}
