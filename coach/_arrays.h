/* What the compiled parts share: arrays that grow, and places in a transcript as Python objects. */
#ifndef COACH_ARRAYS_H
#define COACH_ARRAYS_H

#define Py_LIMITED_API 0x030a0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Of what goes to the compiled parts and comes back: with `VERSION` of coach/native.py. */
#define COACH_VERSION 3

#define ARRAY(type) struct { type *at; Py_ssize_t size, room; }
#define ROOM(array, more) room((void **)&(array).at, &(array).room, (array).size + (more), sizeof(*(array).at))
#define PUSH(array, ...) (ROOM(array, 1) ? ((array).at[(array).size++] = (__VA_ARGS__), 1) : 0)

static inline int room(void **at, Py_ssize_t *have, Py_ssize_t need, size_t width) {
    if (need <= *have) return 1;
    Py_ssize_t next = *have ? *have * 2 : 64;
    while (next < need) next *= 2;
    void *grown = realloc(*at, (size_t)next * width);
    if (!grown) { PyErr_NoMemory(); return 0; }
    *at = grown;
    *have = next;
    return 1;
}

/* Words met lately, with their numbers. A word comes again as the same object, mostly; what is kept here stays alive, so
   that no other word can come in its place. */
#define MOST_MET 8192
typedef struct { PyObject *word; int32_t number; } Met;

static inline Met *met(Met *words, PyObject *word) {
    return &words[((uintptr_t)word >> 4 ^ (uintptr_t)word >> 17) & (MOST_MET - 1)];
}

static inline void meet(Met *words, PyObject *word, int32_t number) {
    Met *place = met(words, word);
    Py_INCREF(word);
    Py_XDECREF(place->word);
    *place = (Met){word, number};
}

static inline void forget_met(Met *words) {
    for (int i = 0; i < MOST_MET; i++) Py_CLEAR(words[i].word);
}

/* The bytes of a tuple before its items, once `is_named_tuple` was asked. From Python 3.14 on the hash is kept there, and
   nothing but tuple.__new__ says of it that it is not known yet. */
static long tuple_head;

/* Return what tuple.__new__ makes of a tuple, which it takes over. */
static inline PyObject *made_anew(PyTypeObject *type, PyObject *items) {
    newfunc make = (newfunc)PyType_GetSlot(&PyTuple_Type, Py_tp_new);
    PyObject *args = PyTuple_Pack(1, items);
    PyObject *made = args ? make(type, args, NULL) : NULL;
    Py_XDECREF(args);
    Py_DECREF(items);
    return made;
}

/* Return a named tuple of `type`, of `size` new references, which it takes over; NULL where one of them is. */
static inline PyObject *named_tuple(PyTypeObject *type, PyObject **values, Py_ssize_t size) {
    int is_whole = 1;
    for (Py_ssize_t i = 0; i < size; i++) is_whole = is_whole && values[i];
    /* Past __new__, which would make a tuple first to copy it. */
    const int is_bare = tuple_head == (long)sizeof(PyVarObject);
    PyObject *made = !is_whole ? NULL : is_bare ? PyType_GenericAlloc(type, size) : PyTuple_New(size);
    for (Py_ssize_t i = 0; i < size; i++) {
        if (made) PyTuple_SetItem(made, i, values[i]);
        else Py_XDECREF(values[i]);
    }
    return made && !is_bare ? made_anew(type, made) : made;
}

/* Say whether `type` is one that `named_tuple` makes. */
static inline int is_named_tuple(PyObject *type) {
    if (!PyType_Check(type) || !PyType_IsSubtype((PyTypeObject *)type, &PyTuple_Type)) {
        PyErr_SetString(PyExc_TypeError, "this is no kind of named tuple");
        return 0;
    }
    if (tuple_head > 0) return 1;
    PyObject *size = PyObject_GetAttrString((PyObject *)&PyTuple_Type, "__basicsize__");
    tuple_head = size ? PyLong_AsLong(size) : 0;
    Py_XDECREF(size);
    return tuple_head > 0;
}

/* Add to a module the version of what goes to it and comes back, and its one type. */
static inline int add_type(PyObject *module, const char *name, PyType_Spec *spec) {
    PyObject *type = PyType_FromSpec(spec);
    if (!type || PyModule_AddObject(module, name, type) < 0) {
        Py_XDECREF(type);
        return -1;
    }
    return PyModule_AddIntConstant(module, "VERSION", COACH_VERSION);
}

#endif
