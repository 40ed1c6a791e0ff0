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
package io.github.djlquant.onnx.read;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.github.djlquant.onnx.proto.ModelProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Changes fields of well-formed models to what they must not hold: what broken exporters and
 * attackers write, and what flipped bits seldom reach.
 */
public final class FieldMutations {

    private static final long[] NUMBERS = {
        -1,
        0,
        1,
        2,
        3,
        8,
        22,
        27,
        99,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        1L << 31,
        (1L << 32) + 1,
        1L << 62,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE
    };

    private FieldMutations() {}

    /** One to three changes. */
    public static byte[] mutate(ModelProto model, Random random) {
        ModelProto.Builder mutant = model.toBuilder();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            List<Place> places = new ArrayList<>();
            collect(mutant, places);
            change(places.get(random.nextInt(places.size())), mutant.build(), random);
        }
        return mutant.build().toByteArray();
    }

    private record Place(Message.Builder message, FieldDescriptor field) {}

    /** Every field that is set, and one that is not for each message. */
    private static void collect(Message.Builder message, List<Place> places) {
        List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
        places.add(new Place(message, fields.get(places.size() % fields.size())));
        for (FieldDescriptor field : message.getAllFields().keySet()) {
            places.add(new Place(message, field));
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            if (!field.isRepeated()) {
                collect(message.getFieldBuilder(field), places);
                continue;
            }
            for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                collect(message.getRepeatedFieldBuilder(field, i), places);
            }
        }
    }

    private static void change(Place place, ModelProto model, Random random) {
        Message.Builder message = place.message();
        FieldDescriptor field = place.field();
        int action = random.nextInt(4);
        if (!field.isRepeated()) {
            if (action == 0) {
                message.clearField(field);
            } else {
                message.setField(field, value(place, model, random));
            }
            return;
        }
        int count = message.getRepeatedFieldCount(field);
        int at = count == 0 ? 0 : random.nextInt(count);
        if (count == 0 || action == 0) {
            message.addRepeatedField(field, value(place, model, random));
        } else if (action == 1) {
            message.addRepeatedField(field, message.getRepeatedField(field, at));
        } else if (action == 2) {
            message.setRepeatedField(field, at, value(place, model, random));
        } else {
            List<Object> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(message.getRepeatedField(field, i));
            }
            all.remove(at);
            java.util.Collections.shuffle(all, random);
            message.clearField(field);
            all.forEach(element -> message.addRepeatedField(field, element));
        }
    }

    private static Object value(Place place, ModelProto model, Random random) {
        FieldDescriptor field = place.field();
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        switch (field.getJavaType()) {
            case INT:
                return (int) number;
            case LONG:
                return number;
            case FLOAT:
                return Float.intBitsToFloat(random.nextInt());
            case DOUBLE:
                return Double.longBitsToDouble(random.nextLong());
            case BOOLEAN:
                return random.nextBoolean();
            case STRING:
                String[] texts = {"", "x", "m", "y", "w", "onnx", "ai.onnx", "a/../b", "\ud800"};
                return texts[random.nextInt(texts.length)];
            case BYTE_STRING:
                byte[] bytes = new byte[random.nextInt(20)];
                random.nextBytes(bytes);
                return ByteString.copyFrom(bytes);
            case ENUM:
                List<EnumValueDescriptor> values = field.getEnumType().getValues();
                return values.get(random.nextInt(values.size()));
            default:
                return someMessage(place, model, random);
        }
    }

    /** One of the same type from elsewhere in the model, else an empty one. */
    private static Message someMessage(Place place, ModelProto model, Random random) {
        List<Place> places = new ArrayList<>();
        collect(model.toBuilder(), places);
        List<Message> same =
                places.stream()
                        .map(Place::message)
                        .filter(m -> m.getDescriptorForType() == place.field().getMessageType())
                        .map(Message.Builder::build)
                        .toList();
        return same.isEmpty() || random.nextInt(4) == 0
                ? place.message().newBuilderForField(place.field()).build()
                : same.get(random.nextInt(same.size()));
    }
}
