/* What is read, call by call: the turns of the native form, as in coach/readers/native.py; whether its keys stand once,
 * as in coach/readers/native_odd.py; and how many words of a text are among the small words of English, as in
 * coach/tongue.py.
 */
#include "_arrays.h"

/* ---- Turns ---- */

enum { TEXT, SPEAKER, ROLE, START, END, WORDS, PARTS_OF_TURN, KEYS };
static const char *const NAMES[KEYS] = {"text", "speaker", "role", "start", "end", "words", "parts"};
static PyObject *keys[KEYS], *unknown, *nothing;

/* Say whether `value` is none, or a time from `least` to `most`; `time` is then what stands for it in a turn. */
static int is_time(PyObject *value, double least, double most, PyObject **time) {
    *time = NULL;
    if (!value || value == Py_None) return 1;
    const int is_whole = PyLong_CheckExact(value);
    if (!is_whole && !PyFloat_CheckExact(value)) return 0;
    const double seconds = is_whole ? PyLong_AsDouble(value) : PyFloat_AsDouble(value);
    if (is_whole && PyErr_Occurred()) PyErr_Clear();
    if (!(seconds >= least && seconds <= most)) return 0;
    if (is_whole) *time = PyFloat_FromDouble(seconds);
    else *time = (Py_INCREF(value), value);
    return *time != NULL;
}

static inline PyObject *one_more(PyObject *value) {
    Py_INCREF(value);
    return value;
}

/* Return the turn of a row; NULL where Python has to look at it, without an error, and where something fails. */
static PyObject *turn_of(PyObject *row, PyTypeObject *type, PyObject *roles, double latest) {
    PyObject *of[KEYS] = {NULL};
    if (!PyDict_CheckExact(row)) return NULL;
    for (int key = 0; key < KEYS; key++) {
        of[key] = PyDict_GetItemWithError(row, keys[key]);
        if (!of[key] && PyErr_Occurred()) return NULL;
        if (of[key] && key >= WORDS) return NULL;
    }
    if (!of[TEXT] || !PyUnicode_CheckExact(of[TEXT])) return NULL;
    PyObject *speaker = of[SPEAKER] ? of[SPEAKER] : Py_None, *role = of[ROLE] ? of[ROLE] : Py_None;
    if (speaker != Py_None && !PyUnicode_CheckExact(speaker)) return NULL;
    if (role != Py_None) role = PyUnicode_CheckExact(role) ? PyDict_GetItemWithError(roles, role) : NULL;
    else role = speaker != Py_None ? unknown : NULL;
    if (!role) return NULL;
    PyObject *start, *end = NULL;
    if (!is_time(of[START], 0.0, latest, &start)) return NULL;
    /* Nothing ends that has no start. */
    const int is_end = start ? is_time(of[END], PyFloat_AsDouble(start), latest, &end) : !of[END] || of[END] == Py_None;
    if (!is_end) {
        Py_XDECREF(start);
        return NULL;
    }
    PyObject *values[] = {
        one_more(role), one_more(of[TEXT]), start ? start : one_more(Py_None), end ? end : one_more(Py_None),
        one_more(speaker), one_more(nothing), one_more(nothing),
    };
    return named_tuple(type, values, 7);
}

static PyObject *turns_of(PyObject *module, PyObject *args) {
    PyObject *rows, *type, *roles;
    double latest;
    if (!PyArg_ParseTuple(args, "O!OO!d", &PyList_Type, &rows, &type, &PyDict_Type, &roles, &latest)) return NULL;
    if (!is_named_tuple(type)) return NULL;
    const Py_ssize_t size = PyList_Size(rows);
    PyObject *made = PyList_New(size);
    for (Py_ssize_t i = 0; made && i < size; i++) {
        PyObject *turn = turn_of(PyList_GetItem(rows, i), (PyTypeObject *)type, roles, latest);
        if (turn) PyList_SetItem(made, i, turn);
        else Py_CLEAR(made);
    }
    if (made || PyErr_Occurred()) return made;
    Py_RETURN_NONE;
}

/* ---- Keys that stand twice ---- */

typedef struct { const char *name; Py_ssize_t size, most, count; const char *behind; } Counted;

/* Say whether in `raw` no key stands more often than it may; what was counted is passed, as bytes.count has it. */
static PyObject *stand_once(PyObject *module, PyObject *args) {
    const char *raw;
    Py_ssize_t size, calls, turns, words;
    if (!PyArg_ParseTuple(args, "y#nnn", &raw, &size, &calls, &turns, &words)) return NULL;
    Counted all[] = {
        {"\"text\"", 6, turns + words, 0, raw}, {"\"role\"", 6, turns, 0, raw}, {"\"call_id\"", 9, calls, 0, raw}};
    const char *stop = raw + size;
    for (const char *at = raw; at < stop && (at = memchr(at, '"', (size_t)(stop - at))); at++) {
        for (int i = 0; i < 3; i++) {
            Counted *one = &all[i];
            if (at < one->behind || stop - at < one->size || memcmp(at, one->name, (size_t)one->size) != 0) continue;
            one->behind = at + one->size;
            if (++one->count > one->most) Py_RETURN_FALSE;
        }
    }
    for (int i = 0; i < 3; i++)
        if (all[i].count > all[i].most) Py_RETURN_FALSE;
    Py_RETURN_TRUE;
}

/* ---- Small words ---- */

/* A table is a power of two of these, at least half of them empty: the bytes of a word, zeros, and its length. */
#define PLACE 16
#define LONGEST (PLACE - 1)

static uint32_t mixed(uint32_t hash, unsigned char c) { return (hash ^ c) * 16777619u; }
static uint32_t finished(uint32_t hash) { return hash ^ hash >> 15; }
#define HASH_OF_NOTHING 2166136261u

/* Return where a word is in the table, or the empty place where it would be; NULL where there is neither. */
static char *place_of(const char *table, Py_ssize_t places, const char *word, Py_ssize_t size, uint32_t hash) {
    for (Py_ssize_t i = 0; i < places; i++) {
        char *place = (char *)table + (((Py_ssize_t)finished(hash) + i) & (places - 1)) * PLACE;
        if (!place[LONGEST]) return place;
        if (place[LONGEST] == size && memcmp(place, word, (size_t)size) == 0) return place;
    }
    return NULL;
}

/* Return a table of words; one that is not all ASCII is in no text that `found` looks at, and left out. */
static PyObject *table_of(PyObject *module, PyObject *words) {
    if (!PyList_CheckExact(words)) return PyErr_Format(PyExc_TypeError, "these are no words");
    Py_ssize_t places = 2;
    while (places < PyList_Size(words) * 2) places *= 2;
    char *table = calloc((size_t)places, PLACE);
    if (!table) return PyErr_NoMemory();
    int is_ok = 1;
    for (Py_ssize_t i = 0; is_ok && i < PyList_Size(words); i++) {
        Py_ssize_t size;
        const char *word = PyUnicode_AsUTF8AndSize(PyList_GetItem(words, i), &size);
        uint32_t hash = HASH_OF_NOTHING;
        int is_plain = word && size;
        for (Py_ssize_t at = 0; word && at < size; at++) {
            is_plain = is_plain && (unsigned char)word[at] < 0x80;
            hash = mixed(hash, (unsigned char)word[at]);
        }
        if (is_plain && size > LONGEST) PyErr_SetString(PyExc_ValueError, "this word is too long");
        is_ok = !PyErr_Occurred();
        char *place = is_ok && is_plain ? place_of(table, places, word, size, hash) : NULL;
        if (place) {
            memcpy(place, word, (size_t)size);
            place[LONGEST] = (char)size;
        }
    }
    PyObject *made = is_ok ? PyBytes_FromStringAndSize(table, places * PLACE) : NULL;
    free(table);
    return made;
}

/* What each byte is in lower case, 0 for a blank; as str.lower and str.split have it. */
static unsigned char lower[0x80];

static void tell_bytes(void) {
    for (int c = 0; c < 0x80; c++) {
        lower[c] = (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        if (c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F)) lower[c] = 0;
    }
}

/* Return (pieces between blanks, those of them that are in the table, the texts that are not all ASCII). */
static PyObject *found(PyObject *module, PyObject *args) {
    PyObject *texts;
    const char *table;
    Py_ssize_t size, pieces = 0, hits = 0;
    if (!PyArg_ParseTuple(args, "O!y#", &PyList_Type, &texts, &table, &size)) return NULL;
    const Py_ssize_t places = size / PLACE;
    if (!places || size % PLACE || (places & (places - 1))) return PyErr_Format(PyExc_ValueError, "this is no table");
    PyObject *odd = PyList_New(0);
    for (Py_ssize_t i = 0; odd && i < PyList_Size(texts); i++) {
        Py_ssize_t length;
        PyObject *text = PyList_GetItem(texts, i);
        const char *at = PyUnicode_AsUTF8AndSize(text, &length);
        if (!at) {
            Py_CLEAR(odd);
            break;
        }
        if (length != PyUnicode_GetLength(text)) {
            if (PyList_Append(odd, text) < 0) Py_CLEAR(odd);
            continue;
        }
        char word[PLACE];
        for (const char *stop = at + length; at < stop; at++) {
            Py_ssize_t count = 0;
            uint32_t hash = HASH_OF_NOTHING;
            /* A zero byte, which is no blank, is in no word of the table, nor is what follows it up to a blank. */
            for (; at < stop; at++) {
                const unsigned char c = lower[(unsigned char)*at];
                if (!c && *at) break;
                if (count < LONGEST) word[count] = (char)c;
                hash = mixed(hash, c);
                count++;
            }
            if (!count) continue;
            pieces++;
            if (count > LONGEST) continue;
            const char *place = place_of(table, places, word, count, hash);
            hits += place && place[LONGEST];
        }
    }
    return odd ? Py_BuildValue("nnN", pieces, hits, odd) : NULL;
}

/* ---- The module ---- */

static PyMethodDef methods[] = {
    {"turns_of", turns_of, METH_VARARGS,
     "Return the turns of rows, of a type, with roles by name, up to a latest time; None where Python has to look."},
    {"stand_once", stand_once, METH_VARARGS, "Say whether the keys that matter stand but once in calls, turns and words."},
    {"table_of", table_of, METH_O, "Return a table of words for `found`."},
    {"found", found, METH_VARARGS,
     "Return how many pieces texts have, how many of these are in a table, and the texts to be looked at in Python."},
    {NULL, NULL, 0, NULL},
};

static int exec_module(PyObject *module) {
    tell_bytes();
    for (int key = 0; key < KEYS; key++)
        if (!keys[key] && !(keys[key] = PyUnicode_InternFromString(NAMES[key]))) return -1;
    if (!unknown && !(unknown = PyUnicode_InternFromString("unknown"))) return -1;
    if (!nothing && !(nothing = PyTuple_New(0))) return -1;
    return PyModule_AddIntConstant(module, "VERSION", COACH_VERSION);
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, exec_module}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_reading", "What is read, looked through in C.", 0, methods, module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__reading(void) { return PyModuleDef_Init(&definition); }
