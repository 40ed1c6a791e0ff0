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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.graph.OpType;

/**
 * The nodes that stand for TorchScript's syntax where other nodes stand for calls.
 *
 * <p>All but {@link #IF} and {@link #LOOP} are {@link Call}s whose arguments are elements, given by
 * position; the named literal {@code type} (a string such as {@code List[Tensor]}) tells the type
 * where the source does.
 *
 * <pre>
 * [a, 2, b]                      prim::ListConstruct&lt;arg1=2&gt;(%a, _, %b)
 * annotate(List[Tensor], [])     prim::ListConstruct&lt;type="List[Tensor]"&gt;()
 * (a, b)                         prim::TupleConstruct(%a, %b)
 * {"k": a}                       prim::DictConstruct&lt;arg0="k"&gt;(_, %a)
 * None, 3, [1, 2] as a value     prim::Constant&lt;arg0=3&gt;(_)
 * unchecked_cast(Tensor, x)      prim::unchecked_cast&lt;type="Tensor"&gt;(%x)
 * uninitialized(Tensor)          prim::Uninitialized&lt;type="Tensor"&gt;()
 * a, b, = torch.chunk(x, 2)      a call with two outputs, whether the operator yields a tuple or a list
 * a, b, = x                      prim::TupleUnpack(%x) with two outputs, also where x is a list
 * int(x), float(x), bool(x)      aten::Int(%x), aten::Float(%x), aten::Bool(%x)
 * (x)[0]                         aten::__getitem__&lt;arg1=0&gt;(%x, _), also where x is a tuple
 * </pre>
 */
public final class PrimOps {

    /** A list; its elements are the arguments. */
    public static final OpType LIST_CONSTRUCT = new OpType(OpType.PRIM, "ListConstruct");

    /** A tuple; its elements are the arguments. */
    public static final OpType TUPLE_CONSTRUCT = new OpType(OpType.PRIM, "TupleConstruct");

    /** A dictionary; key and value of each entry in turn are the arguments. */
    public static final OpType DICT_CONSTRUCT = new OpType(OpType.PRIM, "DictConstruct");

    /** The parts of a tuple or list; one output for each. */
    public static final OpType TUPLE_UNPACK = new OpType(OpType.PRIM, "TupleUnpack");

    /** A literal as a value, where only a value can stand: the result of a body. */
    public static final OpType CONSTANT = new OpType(OpType.PRIM, "Constant");

    /** A value that is known to have a narrower type. */
    public static final OpType UNCHECKED_CAST = new OpType(OpType.PRIM, "unchecked_cast");

    /** A value that is never read. */
    public static final OpType UNINITIALIZED = new OpType(OpType.PRIM, "Uninitialized");

    /**
     * One of two bodies: input 0 is the condition; the bodies, without inputs and with an output
     * for each of the node's, are the attributes {@link #THEN} and {@link #ELSE}.
     */
    public static final OpType IF = new OpType(OpType.PRIM, "If");

    /**
     * A body that runs again and again, as the engine's own {@code prim::Loop}: arguments 0 and 1
     * are the most rounds (an integer) and whether there is a first one (a truth value), the others
     * what the rounds hand on. The attribute {@link #BODY} has the round's number and what is
     * handed on as inputs, and whether there is a next round and what is handed on as outputs. The
     * node's outputs are what the last round hands on.
     */
    public static final OpType LOOP = new OpType(OpType.PRIM, "Loop");

    /** The body of {@link #IF} that runs if the condition is true. */
    public static final String THEN = "then";

    /** The body of {@link #IF} that runs if the condition is false. */
    public static final String ELSE = "else";

    /** The body of {@link #LOOP}. */
    public static final String BODY = "body";

    /** The named literal that tells a type. */
    public static final String TYPE = "type";

    private PrimOps() {}
}
