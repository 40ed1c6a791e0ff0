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
package io.github.djlquant.testkit.operators;

import io.github.djlquant.FileDigest;
import io.github.djlquant.testkit.LoudSkip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The tests that the ONNX project ships for every operator: a model and its inputs. They lie in the
 * wheel of the PyPI package {@code onnx}, a zip file, up to release 1.22; the wheels of all
 * platforms hold the same.
 */
public final class OperatorTests {

    /** The release of the ONNX project that made the tests. */
    public static final String RELEASE = "1.22.0";

    private static final String WHEEL =
            "onnx-1.22.0-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl";
    private static final String SHA256 =
            "1d0a2bdb15eb2b3cb65c438f3423d9620d14fdce32f92380e6bb1b2e09568ef5";
    private static final String FOLDER = "onnx/backend/test/data/node/";

    private OperatorTests() {}

    /**
     * One test.
     *
     * @param name its name, without the prefix that all share
     * @param model the encoded model
     * @param inputs the encoded inputs, in the order of the model's
     */
    public record Case(String name, byte[] model, List<byte[]> inputs) {}

    /**
     * Returns all tests; the calling test is skipped, loudly, where they can't be had.
     *
     * @return the tests in the order of their names
     */
    public static List<Case> all() {
        try (ZipFile wheel = new ZipFile(wheel().toFile())) {
            TreeMap<String, Case> cases = new TreeMap<>();
            for (ZipEntry entry : java.util.Collections.list(wheel.entries())) {
                String path = entry.getName();
                if (path.startsWith(FOLDER) && path.endsWith("/model.onnx")) {
                    String folder = path.substring(0, path.length() - "model.onnx".length());
                    String name = folder.substring(FOLDER.length(), folder.length() - 1);
                    cases.put(name, read(wheel, name, folder));
                }
            }
            return List.copyOf(cases.values());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case read(ZipFile wheel, String name, String folder) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        for (int i = 0; ; i++) {
            ZipEntry input = wheel.getEntry(folder + "test_data_set_0/input_" + i + ".pb");
            if (input == null) {
                return new Case(
                        name.replaceFirst("^test_", ""),
                        bytes(wheel, wheel.getEntry(folder + "model.onnx")),
                        List.copyOf(inputs));
            }
            inputs.add(bytes(wheel, input));
        }
    }

    private static byte[] bytes(ZipFile wheel, ZipEntry entry) throws IOException {
        return wheel.getInputStream(entry).readAllBytes();
    }

    private static Path wheel() throws IOException {
        String given = System.getProperty("quant.onnx.wheel", "");
        Path file = given.isEmpty() ? cache().resolve(WHEEL) : Path.of(given);
        if (!isWhole(file)) {
            download(file);
        }
        return file;
    }

    private static Path cache() {
        return Path.of(System.getProperty("user.home"), ".cache", "djl-quant");
    }

    private static boolean isWhole(Path file) throws IOException {
        return Files.isRegularFile(file) && FileDigest.sha256(List.of(file)).equals(SHA256);
    }

    private static void download(Path file) throws IOException {
        PackageIndex index =
                PackageIndex.ofPip(System.getenv(), PackageIndex.configurations(System.getenv()));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path part = Files.createTempFile(file.toAbsolutePath().getParent(), WHEEL, ".part");
        try {
            index.download("onnx", WHEEL, part);
            if (!isWhole(part)) {
                throw new IOException("the download does not have the sha256 " + SHA256);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            skip(index, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            skip(index, e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void skip(PackageIndex index, Exception why) {
        LoudSkip.because(
                "the operator tests of ONNX can't be downloaded from "
                        + index.root()
                        + ": "
                        + why
                        + " (-Dquant.onnx.wheel=FILE names a copy of "
                        + WHEEL
                        + ")");
    }
}
