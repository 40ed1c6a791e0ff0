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
package io.github.djlquant.onnx.proto;

/**
 * The keys under which a graph carries what ONNX files hold beyond the graph itself, so that it
 * survives reading and writing. Each is written by the reader and understood by the writer.
 */
public final class OnnxAttachments {

    /**
     * Attachment of the outermost graph: a {@link ModelProto} without graph, operator sets and
     * metadata, but with IR version, producer, documentation and functions.
     */
    public static final String MODEL = "onnx.model";

    /**
     * Attachment of any graph: a {@link GraphProto} with what has no place in the IR
     * (documentation, metadata, quantization annotations), and, without types or elements, the
     * values and initializers that carry documentation, metadata or denotations.
     */
    public static final String GRAPH = "onnx.graph";

    /** Annotation of a node: its documentation. */
    public static final String NODE_DOC = "doc_string";

    /** Annotation of a node: prefix of the names of attributes that carry documentation. */
    public static final String ATTRIBUTE_DOC = "doc_string.";

    /** Annotation of a node: prefix of its metadata's keys. */
    public static final String NODE_METADATA = "metadata.";

    /**
     * Annotation of a node: a {@link NodeProto} with what else it carries (overload, device
     * configurations), in Base64.
     */
    public static final String NODE_REST = "onnx.node";

    private OnnxAttachments() {}
}
