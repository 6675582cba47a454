/* The comparable words of a call: `coach.wording.Wording.words` over all its turns, many times as fast.
 *
 * The tokens are those of TOKEN in coach/wording.py, which says what each is for; tests/test_wording.py holds the two
 * together. A turn with a character that is not told apart here (letters beyond ASCII, round and curly brackets, odd
 * controls) is left to the Python, and so is every word that was not met before.
 */
#include "_arrays.h"

enum { OTHER = 0, ALNUM = 1, UNDERSCORE = 2, APOSTROPHE = 3, SPACE = 4, ODD = 5 };
#define LONGEST_TAG 40
#define LEFT_QUOTE 0x2018
#define RIGHT_QUOTE 0x2019

typedef struct {
    PyObject_HEAD
    PyObject *known; /* dict: a token as written -> a tuple of pairs (word, the same in lower case) */
    PyObject *learn; /* callable(token as written): the same for a token that is not in `known`, which it then is */
    PyObject *apart; /* callable(text): what Wording.words gives of a turn */
    PyObject *stop;  /* what ends every turn */
    ARRAY(Py_UCS4) text;
    ARRAY(PyObject *) texts; /* new references, as those of norms */
    ARRAY(PyObject *) norms;
    ARRAY(int32_t) begins;
    ARRAY(int32_t) ends;
    int is_busy;
} Words;

static int kind_of(Py_UCS4 c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return ALNUM;
    switch (c) {
    case ' ': case '\t': case '\n': return SPACE;
    case '_': return UNDERSCORE;
    case '\'': case '`': case LEFT_QUOTE: case RIGHT_QUOTE: case 0xB4: return APOSTROPHE;
    /* Dashes, quotation marks, the ellipsis, pound and euro: nothing that a word is made of. */
    case 0x2013: case 0x2014: case 0x201C: case 0x201D: case 0x2026: case 0xA3: case 0x20AC: return OTHER;
    case '(': case '{': case 0x7F: return ODD;
    default: return c < ' ' || c > 0x7F ? ODD : OTHER;
    }
}

/* A text with an end: beyond it stands nothing that a token is made of. */
typedef struct { const Py_UCS4 *at; Py_ssize_t size; } Text;

static Py_UCS4 at(Text text, Py_ssize_t i) { return i >= 0 && i < text.size ? text.at[i] : 0; }
static int is_alnum(Text text, Py_ssize_t i) { return kind_of(at(text, i)) == ALNUM; }
static int is_word(Text text, Py_ssize_t i) { return is_alnum(text, i) || at(text, i) == '_'; }

/* Say whether a contraction may end before `i`: what follows does not go on with the word. */
static int may_end(Text text, Py_ssize_t i) {
    Py_UCS4 next = at(text, i);
    return !is_word(text, i) && next != '\'' && next != LEFT_QUOTE && next != RIGHT_QUOTE && next != '-';
}

static int holds(Text text, Py_ssize_t i, const char *word) {
    for (; *word; i++, word++)
        if (at(text, i) != (Py_UCS4)*word) return 0;
    return 1;
}

/* Return where a mark in brackets ends that begins at `i`, or `i`. */
static Py_ssize_t end_of_mark(Text text, Py_ssize_t i, Py_UCS4 open, Py_UCS4 close) {
    Py_ssize_t end = i + 1;
    while (end < text.size && text.at[end] != open && text.at[end] != close && text.at[end] != '\n') end++;
    return at(text, end) == close && end - i - 1 >= 1 && end - i - 1 <= LONGEST_TAG ? end + 1 : i;
}

static Py_ssize_t end_of_percent(Text text, Py_ssize_t i) {
    Py_ssize_t end = i + 1;
    while (is_word(text, end) && !(at(text, end) >= '0' && at(text, end) <= '9')) end++;
    return end > i + 1 ? end : i;
}

/* Return where "o k" in its spellings ends, or `i`. */
static Py_ssize_t end_of_okay(Text text, Py_ssize_t i) {
    if ((at(text, i) | 0x20) != 'o' || is_word(text, i - 1)) return i;
    Py_UCS4 between = at(text, i + 1);
    Py_ssize_t end = i + (between == ' ' || between == '.' || between == '_' ? 2 : 1);
    if ((at(text, end) | 0x20) != 'k' || is_word(text, end + 1)) return i;
    return end + (at(text, end + 1) == '.' ? 2 : 1);
}

/* Return where "it s" and the like end, an apostrophe lost, or `i`. */
static Py_ssize_t end_of_lost_is(Text text, Py_ssize_t i) {
    static const char *const before[] = {"it",  "that", "what", "there", "here", "he",
                                         "she", "who",  "where", "how",  "let"};
    Py_ssize_t end = i;
    while (is_alnum(text, end)) end++;
    if (at(text, end) != ' ' || at(text, end + 1) != 's' || !may_end(text, end + 2) || is_word(text, i - 1)) return i;
    for (size_t which = 0; which < sizeof before / sizeof *before; which++) {
        if ((Py_ssize_t)strlen(before[which]) != end - i) continue;
        Py_ssize_t same = 0;
        while (same < end - i && (text.at[i + same] | 0x20) == (Py_UCS4)before[which][same]) same++;
        if (same == end - i) return end + 2;
    }
    return i;
}

/* Return where a word ends, its apostrophes and those that a recogniser lost included. */
static Py_ssize_t end_of_word(Text text, Py_ssize_t i) {
    Py_ssize_t end = i;
    while (is_alnum(text, end)) end++;
    while (kind_of(at(text, end)) == APOSTROPHE && is_alnum(text, end + 1))
        for (end++; is_alnum(text, end);) end++;
    if (at(text, end) == ' ') {
        if ((holds(text, end, " re") || holds(text, end, " ve") || holds(text, end, " ll")) && may_end(text, end + 3))
            end += 3;
        else if (holds(text, end, " t") && may_end(text, end + 2)) end += 2;
        else if (holds(text, end, " m") && (at(text, end - 1) | 0x20) == 'i' && !is_word(text, end - 2) &&
                 may_end(text, end + 2))
            end += 2;
    }
    if (at(text, end) == '-') {
        Py_UCS4 next = at(text, end + 1);
        if (end + 1 == text.size || kind_of(next) == SPACE || next == ',' || next == '.') end++;
    }
    return end;
}

/* Return where the token ends that begins at `i`, or `i` where none does. */
static Py_ssize_t end_of_token(Text text, Py_ssize_t i) {
    switch (text.at[i]) {
    case '<': return end_of_mark(text, i, '<', '>');
    case '[': return end_of_mark(text, i, '[', ']');
    case '%': return end_of_percent(text, i);
    case '?': return i + 1;
    default: break;
    }
    if (!is_alnum(text, i)) return i;
    Py_ssize_t end = end_of_okay(text, i);
    if (end == i) end = end_of_lost_is(text, i);
    return end == i ? end_of_word(text, i) : end;
}

static int are_same(PyObject *a, PyObject *b) { return a == b || PyUnicode_Compare(a, b) == 0; }

static int push(Words *self, PyObject *text, PyObject *norm, int32_t begin, int32_t end) {
    if (!ROOM(self->texts, 1) || !ROOM(self->norms, 1) || !ROOM(self->begins, 1) || !ROOM(self->ends, 1)) return 0;
    Py_INCREF(self->texts.at[self->texts.size++] = text);
    Py_INCREF(self->norms.at[self->norms.size++] = norm);
    self->begins.at[self->begins.size++] = begin;
    self->ends.at[self->ends.size++] = end;
    return 1;
}

/* Add a word of a turn that begins at word `first`; the first of two equal words, or pairs of words, is left out. */
static int add_word(Words *self, Py_ssize_t first, PyObject *text, PyObject *norm, int32_t begin, int32_t end) {
    PyObject **norms = self->norms.at + self->norms.size;
    int32_t *ends = self->ends.at + self->ends.size;
    Py_ssize_t before = self->norms.size - first;
    if (before >= 1 && are_same(norm, norms[-1])) {
        ends[-1] = end;
        return 1;
    }
    if (before >= 3 && are_same(norm, norms[-2]) && are_same(norms[-1], norms[-3])) {
        ends[-3] = ends[-1], ends[-2] = end;
        Py_DECREF(self->texts.at[--self->texts.size]);
        Py_DECREF(self->norms.at[--self->norms.size]);
        self->begins.size--, self->ends.size--;
        return 1;
    }
    return push(self, text, norm, begin, end);
}

/* Return the words of a token, borrowed from `known`; NULL on an error. */
static PyObject *forms_of(Words *self, PyObject *text, Py_ssize_t begin, Py_ssize_t end) {
    PyObject *written = PyUnicode_Substring(text, begin, end);
    if (!written) return NULL;
    PyObject *forms = PyDict_GetItemWithError(self->known, written);
    if (!forms && !PyErr_Occurred()) {
        PyObject *learnt = PyObject_CallFunctionObjArgs(self->learn, written, NULL);
        Py_XDECREF(learnt);
        forms = learnt ? PyDict_GetItemWithError(self->known, written) : NULL;
    }
    Py_DECREF(written);
    if (forms && PyTuple_Check(forms)) return forms;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "the words of a token are a tuple of pairs");
    return NULL;
}

static int add_forms(Words *self, Py_ssize_t first, PyObject *forms, Py_ssize_t begin, Py_ssize_t end) {
    for (Py_ssize_t i = 0; i < PyTuple_Size(forms); i++) {
        PyObject *pair = PyTuple_GetItem(forms, i);
        PyObject *text = PyTuple_Check(pair) && PyTuple_Size(pair) == 2 ? PyTuple_GetItem(pair, 0) : NULL;
        PyObject *norm = text ? PyTuple_GetItem(pair, 1) : NULL;
        if (!norm || !PyUnicode_Check(text) || !PyUnicode_Check(norm)) {
            PyErr_SetString(PyExc_TypeError, "the words of a token are pairs of text");
            return 0;
        }
        if (!add_word(self, first, text, norm, (int32_t)begin, (int32_t)end)) return 0;
    }
    return 1;
}

/* Add the words of a turn as the Python gives them. */
static int add_apart(Words *self, PyObject *text) {
    PyObject *words = PyObject_CallFunctionObjArgs(self->apart, text, NULL);
    PyObject *lists[4];
    int done = words && PyTuple_Check(words) && PyTuple_Size(words) == 4;
    for (int i = 0; done && i < 4; i++) done = PyList_Check(lists[i] = PyTuple_GetItem(words, i));
    Py_ssize_t size = done ? PyList_Size(lists[0]) : 0;
    for (int i = 1; done && i < 4; i++) done = PyList_Size(lists[i]) == size;
    for (Py_ssize_t i = 0; done && i < size; i++) {
        long begin = PyLong_AsLong(PyList_GetItem(lists[2], i)), end = PyLong_AsLong(PyList_GetItem(lists[3], i));
        done = !PyErr_Occurred() &&
               push(self, PyList_GetItem(lists[0], i), PyList_GetItem(lists[1], i), (int32_t)begin, (int32_t)end);
    }
    Py_XDECREF(words);
    if (!done && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "the words of a turn are four lists as long");
    return done;
}

/* Add the words of a turn. */
static int add_turn(Words *self, PyObject *turn) {
    Py_ssize_t size = PyUnicode_GetLength(turn), first = self->norms.size;
    if (size < 0 || size > INT32_MAX) return PyErr_Occurred() ? 0 : (PyErr_NoMemory(), 0);
    self->text.size = 0;
    if (!ROOM(self->text, size + 1) || !PyUnicode_AsUCS4(turn, self->text.at, size + 1, 1)) return 0;
    Text text = {self->text.at, size};
    for (Py_ssize_t i = 0; i < size; i++)
        if (kind_of(text.at[i]) == ODD) return add_apart(self, turn);
    for (Py_ssize_t i = 0; i < size;) {
        Py_ssize_t end = end_of_token(text, i);
        if (end == i) { i++; continue; }
        PyObject *forms = forms_of(self, turn, i, end);
        if (!forms || !add_forms(self, first, forms, i, end)) return 0;
        i = end;
    }
    return 1;
}

/* Return a list of the references in an array, which it takes over. */
static PyObject *objects(PyObject **items, Py_ssize_t size) {
    PyObject *list = PyList_New(size);
    for (Py_ssize_t i = 0; list && i < size; i++) PyList_SetItem(list, i, items[i]);
    return list;
}

static PyObject *numbers(const int32_t *items, Py_ssize_t size) {
    PyObject *list = PyList_New(size);
    for (Py_ssize_t i = 0; list && i < size; i++) {
        PyObject *number = PyLong_FromLong(items[i]);
        if (!number || PyList_SetItem(list, i, number) < 0) Py_CLEAR(list);
    }
    return list;
}

static int add_number(PyObject *list, Py_ssize_t value) {
    PyObject *number = PyLong_FromSsize_t(value);
    int done = number && PyList_Append(list, number) == 0;
    Py_XDECREF(number);
    return done;
}

static int add_turns(Words *self, PyObject *turns, PyObject *firsts, PyObject *lasts) {
    for (Py_ssize_t i = 0; i < PyList_Size(turns); i++) {
        PyObject *turn = PyList_GetItem(turns, i);
        Py_ssize_t first = self->texts.size;
        if (!add_number(firsts, first) || !add_turn(self, turn)) return 0;
        Py_ssize_t last = self->texts.size;
        while (last > first && PyUnicode_CompareWithASCIIString(self->texts.at[last - 1], "?") == 0) last--;
        int32_t end = (int32_t)PyUnicode_GetLength(turn);
        if (!add_number(lasts, last) || !push(self, self->stop, self->stop, end, end)) return 0;
    }
    return 1;
}

static void forget(Words *self) {
    for (Py_ssize_t i = 0; i < self->texts.size; i++) Py_DECREF(self->texts.at[i]);
    for (Py_ssize_t i = 0; i < self->norms.size; i++) Py_DECREF(self->norms.at[i]);
    self->texts.size = self->norms.size = self->begins.size = self->ends.size = 0;
}

static PyObject *words_of(Words *self, PyObject *turns) {
    if (!PyList_Check(turns)) return PyErr_Format(PyExc_TypeError, "the turns of a call are a list of texts");
    if (!self->apart || self->is_busy)
        return PyErr_Format(PyExc_RuntimeError, "words are of one call at a time, once they are made");
    self->is_busy = 1;
    PyObject *firsts = PyList_New(0), *lasts = PyList_New(0), *found = NULL;
    if (firsts && lasts && add_turns(self, turns, firsts, lasts)) {
        PyObject *begins = numbers(self->begins.at, self->begins.size);
        PyObject *ends = numbers(self->ends.at, self->ends.size);
        PyObject *texts = objects(self->texts.at, self->texts.size);
        if (texts) self->texts.size = 0;
        PyObject *norms = objects(self->norms.at, self->norms.size);
        if (norms) self->norms.size = 0;
        found = texts && norms && begins && ends ? PyTuple_Pack(6, texts, norms, begins, ends, firsts, lasts) : NULL;
        Py_XDECREF(texts);
        Py_XDECREF(norms);
        Py_XDECREF(begins);
        Py_XDECREF(ends);
    }
    Py_XDECREF(firsts);
    Py_XDECREF(lasts);
    forget(self);
    self->is_busy = 0;
    return found;
}

static int words_init(Words *self, PyObject *args, PyObject *keywords) {
    PyObject *known, *learn, *apart, *stop;
    if (!PyArg_ParseTuple(args, "O!OOU", &PyDict_Type, &known, &learn, &apart, &stop)) return -1;
    if (self->apart) {
        PyErr_SetString(PyExc_RuntimeError, "words are made once");
        return -1;
    }
    Py_INCREF(self->known = known);
    Py_INCREF(self->learn = learn);
    Py_INCREF(self->stop = stop);
    Py_INCREF(self->apart = apart);
    return 0;
}

static int words_traverse(Words *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->known);
    Py_VISIT(self->learn);
    Py_VISIT(self->apart);
    return 0;
}

static int words_clear(Words *self) {
    Py_CLEAR(self->known);
    Py_CLEAR(self->learn);
    Py_CLEAR(self->apart);
    Py_CLEAR(self->stop);
    return 0;
}

static void words_dealloc(Words *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    words_clear(self);
    free(self->text.at);
    free(self->texts.at);
    free(self->norms.at);
    free(self->begins.at);
    free(self->ends.at);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"of", (PyCFunction)words_of, METH_O,
     "Return texts, norms, begins, ends, firsts and lasts of a call whose turns say this: see coach.language.Spoken."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot type_slots[] = {
    {Py_tp_init, words_init},
    {Py_tp_traverse, words_traverse},
    {Py_tp_clear, words_clear},
    {Py_tp_dealloc, words_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_doc, "Takes calls apart: (words of known tokens, what learns one, what takes a turn apart, end of a turn)."},
    {0, NULL},
};

static PyType_Spec type_spec = {"coach._words.Words", sizeof(Words), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, type_slots};

static int exec_module(PyObject *module) { return add_type(module, "Words", &type_spec); }

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, exec_module}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_words", "The words of calls, told apart in C.", 0, NULL, module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__words(void) { return PyModuleDef_Init(&definition); }
