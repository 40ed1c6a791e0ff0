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
package io.github.djlquant.pytorch.read;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.pytorch.archive.PickleValue;
import io.github.djlquant.pytorch.script.ClassDef;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.Field;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The attributes of the archive's objects. */
final class Attributes {

    private static final String PACKED = "__torch__.torch.classes.";

    private final Reading reading;
    private final Map<PickleValue, ScriptValue> shared = new IdentityHashMap<>();

    Attributes(Reading reading) {
        this.reading = reading;
    }

    /** Returns an attribute, empty if neither the archive nor the class has it. */
    Optional<ScriptValue> get(ScriptValue.ObjectOf object, String name, Frame frame) {
        ClassDef type = object.type().definition();
        if (name.equals("training") && type.kind() == ClassDef.Kind.MODULE) {
            // The engine sets it to false whatever was saved.
            return Optional.of(ScriptValue.Known.of(false));
        }
        Optional<PickleValue> pickled = object.object().attribute(name);
        if (pickled.isPresent()) {
            String path = object.path().isEmpty() ? name : object.path() + "." + name;
            String declared = type.field(name).flatMap(Field::type).orElse("");
            return Optional.of(value(pickled.get(), declared, path, frame));
        }
        return type.field(name).flatMap(Field::value).map(constant -> constant(constant, frame));
    }

    /** A literal of a class's constant field. */
    private ScriptValue constant(Expression expression, Frame frame) {
        if (expression instanceof Expression.IntLiteral e) {
            return ScriptValue.Known.of(e.value());
        } else if (expression instanceof Expression.FloatLiteral e) {
            return ScriptValue.Known.of(e.value());
        } else if (expression instanceof Expression.BoolLiteral e) {
            return ScriptValue.Known.of(e.value());
        } else if (expression instanceof Expression.StringLiteral e) {
            return ScriptValue.Known.of(e.value());
        } else if (expression instanceof Expression.NoneLiteral) {
            return ScriptValue.NONE;
        } else if (expression instanceof Expression.TupleLiteral e) {
            return new ScriptValue.TupleOf(
                    e.elements().stream().map(part -> constant(part, frame)).toList());
        } else if (expression instanceof Expression.ListLiteral e) {
            return reading.list(
                    "", e.elements().stream().map(part -> constant(part, frame)).toList());
        }
        return new ScriptValue.Literal(expression, "");
    }

    /** What a pickled value is for the source. */
    ScriptValue value(PickleValue value, String type, String path, Frame frame) {
        ScriptValue known = shared.get(value);
        if (known == null) {
            known = convert(value, type, path, frame);
            if (value instanceof PickleValue.ListValue || value instanceof PickleValue.DictValue) {
                shared.put(value, known);
            }
        }
        return known;
    }

    private ScriptValue convert(PickleValue value, String type, String path, Frame frame) {
        if (value instanceof PickleValue.TensorValue tensor) {
            return reading.constant(tensor.tensor(), path);
        } else if (value instanceof PickleValue.None) {
            return new ScriptValue.Known(null, type.isEmpty() ? "NoneType" : type);
        } else if (value instanceof PickleValue.Bool b) {
            return ScriptValue.Known.of(b.value());
        } else if (value instanceof PickleValue.Int i) {
            return ScriptValue.Known.of(i.value());
        } else if (value instanceof PickleValue.Real r) {
            return ScriptValue.Known.of(r.value());
        } else if (value instanceof PickleValue.Text t) {
            return ScriptValue.Known.of(t.value());
        } else if (value instanceof PickleValue.DeviceValue device) {
            return device(device.name(), path);
        } else if (value instanceof PickleValue.TupleValue tuple) {
            return new ScriptValue.TupleOf(elements(tuple.elements(), "", path, frame));
        } else if (value instanceof PickleValue.ListValue list) {
            String listType = list.type().isEmpty() ? type : list.type();
            return reading.list(
                    listType, elements(list.elements(), ValueTypes.element(listType), path, frame));
        } else if (value instanceof PickleValue.DictValue dict) {
            return dict(dict, type, path, frame);
        } else if (value instanceof PickleValue.ObjectValue object) {
            if (reading.acceptsPacked) {
                Optional<ScriptValue> packed = reading.packed.object(object, path, frame);
                if (packed.isPresent()) {
                    return packed.get();
                }
            }
            refusePacked(object.className(), path);
            return new ScriptValue.ObjectOf(object, reading.sources.type(object.className()), path);
        } else if (value instanceof PickleValue.EnumValue e) {
            return value(e.value(), "", path, frame);
        } else if (value instanceof PickleValue.QuantizedTensorValue tensor) {
            if (reading.acceptsPacked) {
                return reading.packed.tensor(tensor, path, frame);
            }
            throw quantized(path, "a quantized tensor");
        }
        throw reading.unsupported(
                frame,
                "",
                "an attribute of a kind that no quantized form exists of",
                "tensors, numbers, strings, lists, tuples, dictionaries and modules",
                path + " (" + value.getClass().getSimpleName() + ")",
                "Remove the attribute from the model");
    }

    private List<ScriptValue> elements(
            List<PickleValue> values, String type, String path, Frame frame) {
        List<ScriptValue> elements = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            elements.add(value(values.get(i), type, path + "." + i, frame));
        }
        return elements;
    }

    private ScriptValue dict(PickleValue.DictValue dict, String type, String path, Frame frame) {
        Map<Object, ScriptValue> entries = new LinkedHashMap<>();
        for (PickleValue.Entry entry : dict.entries()) {
            ScriptValue key = value(entry.key(), "", path, frame);
            if (!(key instanceof ScriptValue.Known known) || known.isNone()) {
                throw reading.unsupported(
                        frame,
                        "",
                        "a dictionary with keys that are neither numbers nor strings",
                        "numbers or strings",
                        path,
                        "Use such keys in the model");
            }
            entries.put(known.value(), value(entry.value(), "", path + "." + known.value(), frame));
        }
        return reading.dict(dict.type().isEmpty() ? type : dict.type(), entries);
    }

    /** A constant of another device would make the result fail on the CPU, where integers run. */
    private ScriptValue device(String name, String path) {
        if (!name.startsWith("cpu")) {
            throw new UnsupportedModelException(
                    Problem.of("the model holds a device other than the CPU")
                            .in(reading.file)
                            .at(path)
                            .expected("cpu")
                            .actual(name)
                            .next("Save the model with all of it on the CPU: model.cpu()"));
        }
        return deviceLiteral(name);
    }

    static ScriptValue deviceLiteral(String name) {
        return new ScriptValue.Literal(
                new Expression.Call(
                        new Expression.Member(new Expression.Name("torch"), "device"),
                        List.of(new Expression.StringLiteral(name)),
                        List.of()),
                "Device");
    }

    /** Refuses a model that is quantized already, wherever its packed parameters lie. */
    void refuseQuantized(PickleValue value, String path) {
        if (value instanceof PickleValue.ObjectValue object) {
            refusePacked(object.className(), path);
            if (object.state() instanceof PickleValue.DictValue attributes) {
                for (PickleValue.Entry entry : attributes.entries()) {
                    if (entry.key() instanceof PickleValue.Text name) {
                        refuseQuantized(
                                entry.value(),
                                path.isEmpty() ? name.value() : path + "." + name.value());
                    }
                }
            }
        } else if (value instanceof PickleValue.QuantizedTensorValue) {
            throw quantized(path, "a quantized tensor");
        }
    }

    private void refusePacked(String className, String path) {
        if (className.startsWith(PACKED + "quantized.")
                || className.startsWith(PACKED + "sparse.")
                || className.startsWith(PACKED + "xnnpack.")) {
            throw quantized(path, className.substring(PACKED.length()));
        } else if (className.startsWith(PACKED)) {
            throw new UnsupportedModelException(
                    Problem.of("the model holds an object of a class written in C++")
                            .in(reading.file)
                            .at(path)
                            .expected("modules, tensors, numbers, strings and their containers")
                            .actual(className)
                            .next("Save the model without it"));
        }
    }

    private UnsupportedModelException quantized(String path, String actual) {
        return new UnsupportedModelException(
                Problem.of("the model is quantized already")
                        .in(reading.file)
                        .at(path)
                        .expected("float parameters")
                        .actual(actual)
                        .next("Start from the float model that it was made of"));
    }
}
