/* What no phrase can say of a turn: most of `coach.signals`, which says what each signal means, many times as fast.
 *
 * Words are numbers here, each with what the lists of coach/signals.py say of it. tests/test_compiled_signals.py holds
 * this and the Python together.
 */
#include "_arrays.h"

/* With TRAITS of coach/signals.py. */
enum {
    STOP_WORD = 1, MARK = 2, FIGURE = 4, NUMBER = 8, AROUND_FIGURES = 16, ASKED_OF_ALL = 32, ASKS_BACK = 64,
    AROUND_ECHO = 128, EDITING = 256, BEFORE_A_NAME = 512, NEVER_A_DESK = 1024, BACKCHANNEL = 2048, OPENS = 4096,
};
/* With IN_C of coach/signals.py. */
enum { REPETITION, RESTATEMENT, DICTATION, ECHO, REPAIR, STATEMENT, NOMINAL_OPENING, NOMINAL_TURN, QUESTION, RINGS, SIGNALS };
enum { NONE = -1, SORRY = 0, I = 1, AM = 2 }; /* the first words of all */
static const char *const FIRST_WORDS[] = {"sorry", "i", "am"};
#define MOST_WORDS 200000
/* With the numbers of coach/signals.py and coach/questions.py. */
#define LONGEST_QUERY 6
#define DICTATED 0.6
#define LEAST_STATED 9
#define LONGEST_DESK 3
#define LONGEST_ECHO 10
#define LONGEST_SLIP 3
#define LEAST_ASKED 3
#define LONGEST_RING 40
#define MOST_RINGS 10000

typedef struct { int32_t first, last; } Turn;
typedef struct { Py_ssize_t first, count; } Contents; /* a stretch of `contents` */

typedef struct {
    PyObject_HEAD
    PyObject *traits;   /* callable(word) -> what the lists say of it */
    PyObject *openings; /* a set: what questions open with, a word or two */
    PyObject *rings;    /* callable(what a mark holds) -> whether it is one of ringing */
    PyObject *told;     /* dict: what `rings` said before */
    PyObject *hit;      /* type: coach.phrases.Hit */
    PyObject *words;    /* dict: word -> its number */
    ARRAY(int32_t) of_word; /* by number: the traits */
    /* Of the call that is being looked at. */
    ARRAY(int32_t) ids;
    ARRAY(Turn) turns;
    ARRAY(int32_t) speakers; /* by turn: a number that the last two turns before it have too where they are theirs */
    ARRAY(int32_t) contents; /* the content words of each turn, in order of their numbers */
    ARRAY(Contents) content;
    ARRAY(Py_UCS4) text;
    PyObject *norms, *begins, *ends; /* NULL while no call is being looked at */
    PyObject *found[SIGNALS];
    Met met[MOST_MET];
} Signals;

/* ---- Words ---- */

/* Return the number of a word, NONE on an error. */
static int32_t number_of(Signals *self, PyObject *word) {
    const Met *lately = met(self->met, word);
    if (lately->word == word) return lately->number;
    PyObject *known = PyDict_GetItemWithError(self->words, word);
    if (known) {
        meet(self->met, word, (int32_t)PyLong_AsLong(known));
        return lately->number;
    }
    if (PyErr_Occurred()) return NONE;
    PyObject *said = PyObject_CallFunctionObjArgs(self->traits, word, NULL);
    long traits = said ? PyLong_AsLong(said) : -1;
    Py_XDECREF(said);
    if (PyErr_Occurred()) return NONE;
    Py_ssize_t next = self->of_word.size;
    PyObject *number = PyLong_FromSsize_t(next);
    int failed = !number || PyDict_SetItem(self->words, word, number) < 0 || !PUSH(self->of_word, (int32_t)traits);
    Py_XDECREF(number);
    return failed ? NONE : (int32_t)next;
}

static int begin_words(Signals *self) {
    PyDict_Clear(self->words);
    forget_met(self->met);
    self->of_word.size = 0;
    for (size_t i = 0; i < sizeof FIRST_WORDS / sizeof *FIRST_WORDS; i++) {
        PyObject *word = PyUnicode_FromString(FIRST_WORDS[i]);
        int32_t number = word ? number_of(self, word) : NONE;
        Py_XDECREF(word);
        if (number == NONE) return 0;
    }
    return 1;
}

static int has(const Signals *self, int32_t token, int32_t traits) {
    return (self->of_word.at[self->ids.at[token]] & traits) != 0;
}

static int count(const Signals *self, int32_t turn, int32_t traits) {
    int all = 0;
    for (int32_t i = self->turns.at[turn].first; i < self->turns.at[turn].last; i++) all += has(self, i, traits);
    return all;
}

static int32_t size_of(const Signals *self, int32_t turn) {
    return self->turns.at[turn].last - self->turns.at[turn].first;
}

static int same_speaker(const Signals *self, int32_t a, int32_t b) {
    return self->speakers.at[a] == self->speakers.at[b];
}

/* ---- Places ---- */

static int add_place(Signals *self, int signal, int32_t turn, PyObject *begin, PyObject *end) {
    PyObject *values[] = {PyLong_FromLong(turn), begin, end};
    PyObject *hit = named_tuple((PyTypeObject *)self->hit, values, 3);
    int failed = !hit || PyList_Append(self->found[signal], hit) < 0;
    Py_XDECREF(hit);
    return !failed;
}

/* Add the stretch of tokens `first` to `end` of a turn. */
static int add(Signals *self, int signal, int32_t turn, int32_t first, int32_t end) {
    PyObject *begin = PyList_GetItem(self->begins, first), *stop = PyList_GetItem(self->ends, end - 1);
    Py_XINCREF(begin);
    Py_XINCREF(stop);
    return add_place(self, signal, turn, begin, stop);
}

static int add_whole(Signals *self, int signal, int32_t turn) {
    return add(self, signal, turn, self->turns.at[turn].first, self->turns.at[turn].last);
}

/* ---- Content words ---- */

static int by_number(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static int note_contents(Signals *self) {
    self->contents.size = self->content.size = 0;
    for (int32_t turn = 0; turn < self->turns.size; turn++) {
        const Py_ssize_t first = self->contents.size;
        for (int32_t i = self->turns.at[turn].first; i < self->turns.at[turn].last; i++)
            if (!has(self, i, STOP_WORD | MARK) && !PUSH(self->contents, self->ids.at[i])) return 0;
        int32_t *words = self->contents.at + first;
        Py_ssize_t size = self->contents.size - first, kept = 0;
        if (size > 1) qsort(words, (size_t)size, sizeof *words, by_number);
        for (Py_ssize_t i = 0; i < size; i++)
            if (!kept || words[kept - 1] != words[i]) words[kept++] = words[i];
        self->contents.size = first + kept;
        if (!PUSH(self->content, (Contents){first, kept})) return 0;
    }
    return 1;
}

/* Return how many content words without any of `traits` two turns share. */
static Py_ssize_t shared(const Signals *self, int32_t a, int32_t b, int32_t traits) {
    const Contents x = self->content.at[a], y = self->content.at[b];
    Py_ssize_t i = 0, j = 0, same = 0;
    while (i < x.count && j < y.count) {
        int32_t one = self->contents.at[x.first + i], other = self->contents.at[y.first + j];
        if (one == other) same += !(self->of_word.at[one] & traits);
        i += one <= other;
        j += other <= one;
    }
    return same;
}

/* Return how many content words of a turn have none of `traits`. */
static Py_ssize_t contents_without(const Signals *self, int32_t turn, int32_t traits) {
    const Contents content = self->content.at[turn];
    Py_ssize_t all = 0;
    for (Py_ssize_t i = 0; i < content.count; i++)
        all += !(self->of_word.at[self->contents.at[content.first + i]] & traits);
    return all;
}

/* ---- The signals ---- */

static int repetition(Signals *self, int32_t turn) {
    if (turn < 2 || !same_speaker(self, turn, turn - 2) || same_speaker(self, turn, turn - 1) ||
        size_of(self, turn - 1) > LONGEST_QUERY)
        return 1;
    const Py_ssize_t now = self->content.at[turn].count, then = self->content.at[turn - 2].count;
    if (!now || !then || 2 * shared(self, turn, turn - 2, 0) < (now < then ? now : then)) return 1;
    return add_whole(self, REPETITION, turn);
}

/* `said`: the last turn before another speaker began, or NONE. */
static int restatement(Signals *self, int32_t turn, int32_t said, PyObject *real) {
    if (said == NONE || !shared(self, turn, said, ASKED_OF_ALL)) return 1;
    int is_real = PyObject_IsTrue(PyTuple_GetItem(real, turn));
    if (is_real <= 0) return is_real == 0;
    return add_whole(self, RESTATEMENT, turn);
}

static int dictation(Signals *self, int32_t turn) {
    if (same_speaker(self, turn, turn - 1)) return 1;
    const int figures = count(self, turn, FIGURE);
    if (!figures || count(self, turn - 1, FIGURE)) return 1;
    if (figures < DICTATED * (size_of(self, turn) - count(self, turn, AROUND_FIGURES))) return 1;
    return add_whole(self, DICTATION, turn);
}

static int echo(Signals *self, int32_t turn) {
    const int32_t first = self->turns.at[turn].first, last = self->turns.at[turn].last, size = last - first;
    if (same_speaker(self, turn, turn - 1) || size <= 0 || size > LONGEST_ECHO) return 1;
    int asks = has(self, first, ASKS_BACK) || (size > 1 && has(self, first + 1, ASKS_BACK));
    if (!asks && !(size > 1 && self->ids.at[last - 2] == AM)) asks = has(self, last - 1, ASKS_BACK);
    if (!asks) return 1;
    const Py_ssize_t now = contents_without(self, turn, AROUND_ECHO);
    if (shared(self, turn, turn - 1, AROUND_ECHO) < now) return 1;
    if (!now && !(count(self, turn, NUMBER) && count(self, turn - 1, NUMBER))) return 1;
    return add_whole(self, ECHO, turn);
}

static int repair(Signals *self, int32_t turn) {
    const int32_t first = self->turns.at[turn].first, last = self->turns.at[turn].last;
    const int32_t *ids = self->ids.at;
    /* Behind the last word stand question marks; "sorry?" puts nothing right. */
    for (int32_t at = first; at < last; at++) {
        if (ids[at] != SORRY) continue;
        const int32_t end = at - first >= 2 && ids[at - 2] == I && ids[at - 1] == AM ? at - 2 : at;
        int32_t after = at + 1;
        while (after < last && has(self, after, EDITING)) after++;
        if (after >= last) continue;
        int32_t last_slip = NONE, takes_up = 0;
        for (int32_t i = end - LONGEST_SLIP > first ? end - LONGEST_SLIP : first; i < end; i++) {
            if (has(self, i, EDITING)) continue;
            last_slip = i;
            takes_up = takes_up || ids[i] == ids[after];
        }
        if (last_slip == NONE || !(takes_up || (has(self, after, FIGURE) && has(self, last_slip, FIGURE)))) continue;
        if (!add(self, REPAIR, turn, at, at + 1)) return 0;
    }
    return 1;
}

static int name_first(Signals *self, int signal, int32_t turn) {
    const int32_t last = self->turns.at[turn].last;
    int32_t start = self->turns.at[turn].first;
    while (start < last && has(self, start, BEFORE_A_NAME)) start++;
    if (start >= last || has(self, start, STOP_WORD | NEVER_A_DESK | FIGURE)) return 1;
    return add(self, signal, turn, start, start + LONGEST_DESK < last ? start + LONGEST_DESK : last);
}

/* What str.lstrip leaves out. */
static int is_space(Py_UCS4 c) {
    return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static int ends_sentence(Py_UCS4 c) { return c == '.' || c == '!' || c == '?' || c == 0x2026; }

static int marked_questions(Signals *self, int32_t turn) {
    const Py_UCS4 *text = self->text.at;
    for (Py_ssize_t end = 0, first; end < self->text.size; end++) {
        for (first = end; end < self->text.size && !ends_sentence(text[end]); end++) {}
        if (end == self->text.size || text[end] != '?') continue;
        while (first < end && is_space(text[first])) first++;
        if (first < end &&
            !add_place(self, QUESTION, turn, PyLong_FromSsize_t(first), PyLong_FromSsize_t(end + 1)))
            return 0;
    }
    return 1;
}

/* Say whether a question opens at a token: 1 or 0, -1 on an error. */
static int opens(Signals *self, int32_t token) {
    if (!has(self, token, OPENS)) return 0;
    PyObject *word = PyList_GetItem(self->norms, token);
    int is_one = PySet_Contains(self->openings, word);
    if (is_one) return is_one;
    PyObject *pair = PyUnicode_FromFormat("%U %U", word, PyList_GetItem(self->norms, token + 1));
    int are_two = pair ? PySet_Contains(self->openings, pair) : -1;
    Py_XDECREF(pair);
    return are_two;
}

static int is_opening(Py_UCS4 c) { return c == '[' || c == '(' || c == '<'; }
static int is_closing(Py_UCS4 c) { return c == ']' || c == ')' || c == '>'; }

/* Say whether a mark that holds the text from `first` to `end` is one of ringing: 1 or 0, -1 on an error. */
static int is_ring(Signals *self, PyObject *said, Py_ssize_t first, Py_ssize_t end) {
    PyObject *held = PyUnicode_Substring(said, first, end);
    PyObject *known = held ? PyDict_GetItemWithError(self->told, held) : NULL;
    Py_XINCREF(known);
    if (held && !known && !PyErr_Occurred()) {
        known = PyObject_CallFunctionObjArgs(self->rings, held, NULL);
        if (known && PyDict_Size(self->told) >= MOST_RINGS) PyDict_Clear(self->told);
        if (known && PyDict_SetItem(self->told, held, known) < 0) Py_CLEAR(known);
    }
    int rings = known ? PyObject_IsTrue(known) : -1;
    Py_XDECREF(known);
    Py_XDECREF(held);
    return rings;
}

/* Look for rings in what a turn says, which stands in `text`. */
static int ring(Signals *self, int32_t turn, PyObject *said) {
    const Py_UCS4 *text = self->text.at;
    for (Py_ssize_t at = 0; at < self->text.size; at++) {
        if (!is_opening(text[at])) continue;
        Py_ssize_t end = at + 1;
        while (end < self->text.size && !is_opening(text[end]) && !is_closing(text[end]) && text[end] != '\n') end++;
        if (end == self->text.size || !is_closing(text[end]) || end - at - 1 < 1 || end - at - 1 > LONGEST_RING) continue;
        int rings = is_ring(self, said, at + 1, end);
        if (rings < 0 ||
            (rings && !add_place(self, RINGS, turn, PyLong_FromSsize_t(at), PyLong_FromSsize_t(end + 1))))
            return 0;
        at = end;
    }
    return 1;
}

static int read_text(Signals *self, PyObject *said) {
    const Py_ssize_t size = PyUnicode_GetLength(said);
    self->text.size = 0;
    if (size < 0 || !ROOM(self->text, size + 1) || !PyUnicode_AsUCS4(said, self->text.at, size + 1, 1)) return 0;
    self->text.size = size;
    return 1;
}

/* Look for questions in what a turn says, which stands in `text`. */
static int question(Signals *self, int32_t turn) {
    const Py_ssize_t size = self->text.size;
    int is_marked = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        const Py_UCS4 c = self->text.at[i];
        if (c == '?') return marked_questions(self, turn);
        is_marked = is_marked || c == '!' || c == '.' || c == ',' || c == ';';
    }
    if (is_marked) return 1;
    const int32_t last = self->turns.at[turn].last;
    int32_t start = self->turns.at[turn].first;
    while (start < last && has(self, start, BACKCHANNEL)) start++;
    int asks = last - start >= LEAST_ASKED ? opens(self, start) : 0;
    if (asks < 0) return 0;
    return !asks || add(self, QUESTION, turn, start, last);
}

static int look(Signals *self, PyObject *texts, PyObject *real) {
    int32_t said = NONE;
    for (int32_t turn = 0; turn < self->turns.size; turn++) {
        if (turn && !same_speaker(self, turn, turn - 1)) said = turn - 1;
        if (turn && !(repetition(self, turn) && restatement(self, turn, said, real) && dictation(self, turn) &&
                      echo(self, turn)))
            return 0;
        if (!repair(self, turn) || (size_of(self, turn) >= LEAST_STATED && !add_whole(self, STATEMENT, turn)) ||
            (!turn && !name_first(self, NOMINAL_OPENING, turn)) ||
            (size_of(self, turn) <= LONGEST_DESK && !name_first(self, NOMINAL_TURN, turn)) ||
            !read_text(self, PyList_GetItem(texts, turn)) || !question(self, turn) ||
            !ring(self, turn, PyList_GetItem(texts, turn)))
            return 0;
    }
    return 1;
}

/* ---- The call ---- */

static int take_words(Signals *self) {
    const Py_ssize_t size = PyList_Size(self->norms);
    if (self->of_word.size > MOST_WORDS && !begin_words(self)) return 0;
    self->ids.size = 0;
    if (!ROOM(self->ids, size)) return 0;
    for (; self->ids.size < size; self->ids.size++) {
        int32_t number = number_of(self, PyList_GetItem(self->norms, self->ids.size));
        if (number == NONE) return 0;
        self->ids.at[self->ids.size] = number;
    }
    return 1;
}

static int take_turns(Signals *self, PyObject *firsts, PyObject *lasts, PyObject *whos) {
    const Py_ssize_t size = PyList_Size(firsts);
    self->turns.size = self->speakers.size = 0;
    if (!ROOM(self->turns, size) || !ROOM(self->speakers, size)) return 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        long first = PyLong_AsLong(PyList_GetItem(firsts, i)), last = PyLong_AsLong(PyList_GetItem(lasts, i));
        PyObject *who = PyList_GetItem(whos, i);
        if (PyErr_Occurred()) return 0;
        if (first < 0 || last < first || last > self->ids.size || !PyUnicode_Check(who)) {
            PyErr_SetString(PyExc_ValueError, "a turn has its words in the call, and somebody who says them");
            return 0;
        }
        self->turns.at[i] = (Turn){(int32_t)first, (int32_t)last};
        self->speakers.at[i] = (int32_t)i;
        for (Py_ssize_t before = i - 1; before >= 0 && before >= i - 2; before--) {
            PyObject *other = PyList_GetItem(whos, before);
            if (other != who && PyUnicode_Compare(other, who) != 0) continue;
            self->speakers.at[i] = self->speakers.at[before];
            break;
        }
        self->turns.size = self->speakers.size = i + 1;
    }
    return 1;
}

static PyObject *signals_of(Signals *self, PyObject *args) {
    PyObject *texts, *norms, *begins, *ends, *firsts, *lasts, *whos, *real, *all = NULL;
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!O!O!O!", &PyList_Type, &texts, &PyList_Type, &norms, &PyList_Type, &begins,
                          &PyList_Type, &ends, &PyList_Type, &firsts, &PyList_Type, &lasts, &PyList_Type, &whos,
                          &PyTuple_Type, &real))
        return NULL;
    if (!self->words || self->norms)
        return PyErr_Format(PyExc_RuntimeError, "signals are looked for in one call at a time, once they are made");
    const Py_ssize_t turns = PyList_Size(texts), words = PyList_Size(norms);
    if (PyList_Size(begins) != words || PyList_Size(ends) != words || PyList_Size(firsts) != turns ||
        PyList_Size(lasts) != turns || PyList_Size(whos) != turns || PyTuple_Size(real) != turns)
        return PyErr_Format(PyExc_ValueError, "words and turns of a call have to be as many as each other");
    self->norms = norms, self->begins = begins, self->ends = ends;
    int done = 1;
    for (int i = 0; i < SIGNALS; i++) done = (self->found[i] = PyList_New(0)) && done;
    if (done && take_words(self) && take_turns(self, firsts, lasts, whos) && note_contents(self) &&
        look(self, texts, real) && (all = PyList_New(0)))
        for (int i = 0; all && i < SIGNALS; i++)
            if (PyList_Append(all, self->found[i]) < 0) Py_CLEAR(all);
    for (int i = 0; i < SIGNALS; i++) Py_CLEAR(self->found[i]);
    self->norms = self->begins = self->ends = NULL;
    return all;
}

/* ---- The type ---- */

static int signals_init(Signals *self, PyObject *args, PyObject *keywords) {
    PyObject *traits, *openings, *rings, *hit;
    if (!PyArg_ParseTuple(args, "OO!OO", &traits, &PyFrozenSet_Type, &openings, &rings, &hit) || !is_named_tuple(hit))
        return -1;
    if (self->words) {
        PyErr_SetString(PyExc_RuntimeError, "signals are made once");
        return -1;
    }
    Py_INCREF(self->traits = traits);
    Py_INCREF(self->openings = openings);
    Py_INCREF(self->rings = rings);
    Py_INCREF(self->hit = hit);
    self->told = PyDict_New();
    self->words = PyDict_New();
    return self->told && self->words && begin_words(self) ? 0 : -1;
}

static void signals_dealloc(Signals *self) {
    PyTypeObject *type = Py_TYPE(self);
    forget_met(self->met);
    Py_XDECREF(self->traits);
    Py_XDECREF(self->openings);
    Py_XDECREF(self->rings);
    Py_XDECREF(self->told);
    Py_XDECREF(self->hit);
    Py_XDECREF(self->words);
    void *arrays[] = {self->of_word.at, self->ids.at, self->turns.at, self->speakers.at,
                      self->contents.at, self->content.at, self->text.at};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"of", (PyCFunction)signals_of, METH_VARARGS,
     "Return where each signal stands: (text of each turn, norms, begins, ends, firsts, lasts, who of each turn, real)."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot type_slots[] = {
    {Py_tp_init, signals_init},
    {Py_tp_dealloc, signals_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_doc, "Finds signals: (what the lists say of a word, what questions open with, what rings, the type of a hit)."},
    {0, NULL},
};

static PyType_Spec type_spec = {"coach._signals.Signals", sizeof(Signals), 0, Py_TPFLAGS_DEFAULT, type_slots};

static int exec_module(PyObject *module) { return add_type(module, "Signals", &type_spec); }

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, exec_module}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_signals", "Signals of turns, found in C.", 0, NULL, module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__signals(void) { return PyModuleDef_Init(&definition); }
