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

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.archive.PickleValue.ObjectValue;
import io.github.djlquant.pytorch.archive.PickleValue.TupleValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads TorchScript archives. An archive is untrusted: pickles are read as data, by a list of the
 * forms that TorchScript writes; nothing in them is executed, nothing is unpacked to disk, and
 * sizes and nesting are bounded. Weights stay mapped.
 */
public final class ArchiveReader {

    private static final long LOWEST_VERSION = 1;

    private ArchiveReader() {}

    /**
     * Reads an archive.
     *
     * @param file a file that {@code torch.jit.save} or {@link ArchiveWriter} wrote; it must not be
     *     changed in place as long as the result is used
     * @return the archive
     * @throws ModelFormatException if the file is missing, damaged, hostile or no archive
     * @throws io.github.djlquant.UnsupportedModelException if it is an archive of another kind (of
     *     {@code torch.save} or {@code torch.export}), of a newer format, needs more memory than a
     *     third of the heap besides its mapped weights, or holds values that are not supported
     */
    public static TorchArchive read(Path file) {
        return read(file, MemoryBudget.ofThisHeap());
    }

    static TorchArchive read(Path file, MemoryBudget budget) {
        FileKind.requireZip(file);
        try (ZipEntries entries = ZipEntries.open(file, budget)) {
            FileKind.requireTorchScript(entries, file);
            return new Open(entries, budget).read(new Place(file));
        } catch (IOException e) {
            throw new ModelFormatException(
                    Problem.of("the archive is truncated or can't be read")
                            .in(file)
                            .actual(reason(e)),
                    e);
        }
    }

    /** The library wraps what it found into a message of its own. */
    private static String reason(IOException e) {
        return e.getCause() instanceof IOException cause ? cause.getMessage() : e.getMessage();
    }

    /** An archive whose entries are open. */
    private record Open(ZipEntries entries, MemoryBudget budget) {

        TorchArchive read(Place place) {
            long version = version();
            requireLittleEndian();
            PickleValue data = pickle("data");
            PickleValue constants = pickle("constants");
            if (!(data instanceof ObjectValue root)) {
                throw place.malformed("the archive holds no module", "an object", kind(data));
            }
            if (!(constants instanceof TupleValue tuple)) {
                throw place.malformed("the constants are no tuple", "a tuple", kind(constants));
            }
            return new TorchArchive(
                    entries.root(), version, root, tuple, code(), extra(), examples());
        }

        private static String kind(PickleValue value) {
            return value.getClass().getSimpleName();
        }

        private long version() {
            EntryContent content =
                    entries.content(entries.has(".data/version") ? ".data/version" : "version");
            String text = content.text(budget).strip();
            long version = text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
            if (version < LOWEST_VERSION) {
                throw content.place().malformed("the format version is no number", "3", text);
            }
            if (version > TorchArchive.NEWEST_VERSION) {
                throw content.place()
                        .unsupported(
                                "the archive has a newer format than libtorch 2.7 reads",
                                "version " + version,
                                "Save it with PyTorch 2.7 or older");
            }
            return version;
        }

        private void requireLittleEndian() {
            if (entries.has("byteorder")) {
                EntryContent content = entries.content("byteorder");
                String order = content.text(budget).strip();
                if (!order.equals("little")) {
                    throw content.place()
                            .unsupported(
                                    "the archive was saved with another byte order",
                                    order,
                                    "Save it again on a little-endian machine, such as any x86");
                }
            }
        }

        private PickleValue pickle(String section) {
            return Unpickler.read(
                    entries.content(section + ".pkl"),
                    key -> entries.content(section + "/" + key),
                    budget);
        }

        private List<ValueType.TensorType> examples() {
            return entries.has(TracedInputs.ENTRY)
                    ? TracedInputs.read(entries.content(TracedInputs.ENTRY), budget)
                    : List.of();
        }

        private Map<String, String> code() {
            Map<String, String> code = new LinkedHashMap<>();
            for (String path : entries.below("code")) {
                if (path.endsWith(".py")) {
                    code.put(path.substring("code/".length()), entries.content(path).text(budget));
                }
            }
            return code;
        }

        private Map<String, Bytes> extra() {
            Map<String, Bytes> extra = new LinkedHashMap<>();
            for (String path : entries.below("extra")) {
                extra.put(
                        path.substring("extra/".length()),
                        Bytes.copyOf(entries.content(path).toArray(budget)));
            }
            return extra;
        }
    }
}
