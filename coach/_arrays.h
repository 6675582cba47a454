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
#define COACH_VERSION 2

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

/* Return a named tuple of `type`, of `size` new references, which it takes over; NULL where one of them is. */
static inline PyObject *named_tuple(PyTypeObject *type, PyObject **values, Py_ssize_t size) {
    int is_whole = 1;
    for (Py_ssize_t i = 0; i < size; i++) is_whole = is_whole && values[i];
    /* Past __new__, which would make a tuple first to copy it. */
    PyObject *made = is_whole ? PyType_GenericAlloc(type, size) : NULL;
    for (Py_ssize_t i = 0; i < size; i++) {
        if (made) PyTuple_SetItem(made, i, values[i]);
        else Py_XDECREF(values[i]);
    }
    return made;
}

/* Say whether `type` is one that `named_tuple` makes. */
static inline int is_named_tuple(PyObject *type) {
    if (PyType_Check(type) && PyType_IsSubtype((PyTypeObject *)type, &PyTuple_Type)) return 1;
    PyErr_SetString(PyExc_TypeError, "this is no kind of named tuple");
    return 0;
}

#endif
