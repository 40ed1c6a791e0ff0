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
package io.github.djlquant.pytorch.archive;

import io.github.djlquant.pytorch.archive.Item.ClassName;
import io.github.djlquant.pytorch.archive.Item.Function;
import io.github.djlquant.pytorch.archive.Item.QuantizationScheme;
import io.github.djlquant.pytorch.archive.Item.StorageClass;
import java.util.Optional;

/** The names that a pickle may hold. What is not on this list is refused, never looked for. */
final class Globals {

    private Globals() {}

    static Item resolve(String module, String name, Place place) {
        if (module.equals("__torch__") || module.startsWith("__torch__.")) {
            return new ClassName(module + "." + name);
        }
        for (Function function : Function.values()) {
            if (function.module().equals(module) && function.function().equals(name)) {
                return function;
            }
        }
        if (module.equals("torch")) {
            Optional<StorageType> storage = StorageType.named(name);
            if (storage.isPresent()) {
                return new StorageClass(storage.get());
            }
            for (QuantizationScheme scheme : QuantizationScheme.values()) {
                if (scheme.global().equals(name)) {
                    return scheme;
                }
            }
        }
        if (isTensorOfAnotherKind(module, name)) {
            throw place.unsupported(
                    "the archive holds a kind of value that is not supported",
                    module + "." + name,
                    "Export a model of plain dense tensors");
        }
        throw place.malformed(
                "the archive names something that no TorchScript model needs; nothing was executed",
                "tensors, containers and the archive's own classes",
                module + "." + name);
    }

    /** Sparse and nested tensors, generators and whatever torch may add to them. */
    private static boolean isTensorOfAnotherKind(String module, String name) {
        return module.equals("torch._utils") && name.startsWith("_rebuild_")
                || module.equals("torch") && (name.endsWith("Storage") || name.equals("Generator"));
    }
}
