/* The phrases of all moments, found in a call: `coach.phrases.Phrases`, word for word, many times as fast.
 *
 * Everything that a phrase asks for is a number here: words, steps, places. `coach/phrases.py` and `coach/gaps.py` say
 * what each part means and why; tests/test_phrases.py holds the two together. Where no compiler was at hand when coach
 * was installed, the Python stands in.
 */
#include "_arrays.h"

/* The first words of every vocabulary, in this order: BREAK, "?", then the marks that stand for removed words. */
enum { UNKNOWN = 0, BREAK = 1, QUESTION = 2, FIRST_MARK = 3 };
enum { ENDS_TURN = 1, STARTS_TURN = 2, IS_VETO = 4, KINDS = 8 };
#define NONE (-1)
#define EITHER 0
#define SIDES 4 /* either, and the three of coach/phrases.py */
#define FEW 32 /* so many are sorted fastest by hand */
#define MOST_ANSWERS 100000
#define NO_TABLE "this is no table of phrases"

typedef struct { uint64_t bits; int32_t first_set, set_size, least, most, slot; } Step; /* set_size 0: any word, or a slot */
typedef struct { int32_t use, before, before_size, after, after_size; } Gap; /* before, after: places in `walks` */
/* A place in the tree of phrases, where `word` leads from `parent`. literal, gapped: lists in `links`; first_gate: the
   first gate of each side, and where those of the last one end; next: the bits of the words that lead on. */
typedef struct { uint64_t next; int32_t parent, word, literal, first_gate[SIDES + 1], gapped; } Node;
/* A gap, the bits of what has to stand beside it, and of words of which one has to stand further away. */
typedef struct { uint64_t next_before, next_after, some_before, some_after; int32_t gap; } Gate;
typedef struct { int32_t value, next; } Link;
typedef struct { int32_t moment, is_veto, start, end; } Match;

typedef struct {
    PyObject_HEAD
    PyObject *words;   /* dict: word -> its number */
    PyObject *names;   /* list: the names of the moments */
    PyObject *slots;   /* list: the names of the slots */
    PyObject *fills;   /* callable(slot, text, norm) -> bool; norm is the text in lower case */
    PyObject *answers; /* list: by slot a dict, text -> whether it fills the slot */
    PyObject *hit;     /* type: coach.phrases.Hit */
    ARRAY(int32_t) sides; /* by moment: which side alone can have it, EITHER or a number that `roles` holds too */
    ARRAY(int32_t) sets;
    ARRAY(Step) steps;
    ARRAY(int32_t) walks;
    ARRAY(Gap) gaps;
    ARRAY(Node) nodes;
    ARRAY(Link) links;
    ARRAY(Gate) gates; /* of each node those of its gapped list, side by side: most lead nowhere, and are looked at often */
    ARRAY(int32_t) roots; /* by word: the node of phrases that begin with it, or NONE */
    int is_ready;
    int32_t *edges;    /* a hash table: (node, word) -> node; empty places have 0, to which nothing leads */
    Py_ssize_t edge_room;
    /* Of the call that is being searched. */
    ARRAY(int32_t) ids;
    ARRAY(int32_t) firsts;
    ARRAY(int32_t) lasts;
    ARRAY(int32_t) roles;
    ARRAY(int32_t) turns;
    ARRAY(uint64_t) before; /* by token: the bits of the words before it in its turn, and of those from it on */
    ARRAY(uint64_t) after;
    ARRAY(uint32_t) stamps;
    ARRAY(uint8_t) filled;
    ARRAY(int32_t) reached;
    ARRAY(int32_t) further;
    ARRAY(int32_t) starts;
    ARRAY(Match) matches;
    ARRAY(Match) sorted;
    ARRAY(int32_t) counts;
    uint32_t stamp;
    int32_t after_marks;
    Met met[MOST_MET];
    PyObject *texts, *norms; /* NULL while no call is being searched */
} Phrases;

/* ---- Adding phrases ---- */

/* Words as bits, many a bit. One bit is that of no word and always set, so that what asks for nothing finds it. */
#define NO_WORD (UINT64_C(1) << 63)

static uint64_t bit_of(int32_t word) { return UINT64_C(1) << ((uint32_t)word * UINT32_C(0x9E3779B1) >> 16) % 63; }

/* Return the place of the edge that leads from a node by a word, or where it would be. */
static int32_t *edge_place(const Phrases *self, int32_t *edges, Py_ssize_t have, int32_t node, int32_t word) {
    uint64_t at = ((uint64_t)(uint32_t)node << 32 | (uint32_t)word) * UINT64_C(0x9E3779B97F4A7C15);
    at ^= at >> 29;
    for (at &= (uint64_t)have - 1; edges[at]; at = (at + 1) & ((uint64_t)have - 1)) {
        const Node *to = &self->nodes.at[edges[at]];
        if (to->parent == node && to->word == word) break;
    }
    return &edges[at];
}

static int32_t next_node(const Phrases *self, int32_t node, int32_t word) {
    /* Most words lead nowhere, and what is looked up in a large table has to be fetched from afar. */
    if (!(self->nodes.at[node].next & bit_of(word))) return NONE;
    const int32_t next = *edge_place(self, self->edges, self->edge_room, node, word);
    return next ? next : NONE;
}

static int grow_edges(Phrases *self) {
    Py_ssize_t have = self->edge_room ? self->edge_room * 2 : 1024;
    int32_t *edges = calloc((size_t)have, sizeof *edges);
    if (!edges) { PyErr_NoMemory(); return 0; }
    for (int32_t i = 1; i < (int32_t)self->nodes.size; i++)
        *edge_place(self, edges, have, self->nodes.at[i].parent, self->nodes.at[i].word) = i;
    free(self->edges);
    self->edges = edges;
    self->edge_room = have;
    return 1;
}

static int32_t made_node(Phrases *self, int32_t node, int32_t word) {
    int32_t next = next_node(self, node, word);
    if (next != NONE) return next;
    if (2 * self->nodes.size > self->edge_room && !grow_edges(self)) return NONE;
    if (!PUSH(self->nodes, (Node){.parent = node, .word = word, .literal = NONE, .gapped = NONE})) return NONE;
    next = (int32_t)self->nodes.size - 1;
    *edge_place(self, self->edges, self->edge_room, node, word) = next;
    self->nodes.at[node].next |= bit_of(word);
    return next;
}

/* Return the number of a word, NONE on an error. */
static int32_t word_number(Phrases *self, PyObject *word) {
    PyObject *known = PyDict_GetItemWithError(self->words, word);
    if (known) return (int32_t)PyLong_AsLong(known);
    if (PyErr_Occurred()) return NONE;
    Py_ssize_t next = PyDict_Size(self->words) + 1;
    PyObject *number = PyLong_FromSsize_t(next);
    int failed = !number || PyDict_SetItem(self->words, word, number) < 0;
    Py_XDECREF(number);
    return failed ? NONE : (int32_t)next;
}

/* Return the node of a key, words joined by line breaks; NONE on an error. */
static int32_t key_node(Phrases *self, PyObject *key, PyObject *joint) {
    PyObject *words = PyUnicode_Split(key, joint, -1);
    if (!words) return NONE;
    int32_t node = 0;
    for (Py_ssize_t i = 0; node != NONE && i < PyList_Size(words); i++) {
        int32_t word = word_number(self, PyList_GetItem(words, i));
        node = word == NONE ? NONE : made_node(self, node, word);
    }
    Py_DECREF(words);
    return node;
}

static int by_number(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static long item_number(PyObject *list, Py_ssize_t i) {
    PyObject *item = PyList_GetItem(list, i);
    return item ? PyLong_AsLong(item) : -1;
}

/* Return a number of a table, 0 or more and less than `under`; NONE on an error, as where it is another. */
static int32_t number_under(PyObject *list, Py_ssize_t i, Py_ssize_t under) {
    long number = item_number(list, i);
    if (number >= 0 && number < under) return (int32_t)number;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, NO_TABLE);
    return NONE;
}

/* Say whether `list` is a list of so many things. */
static int is_list_of(PyObject *list, Py_ssize_t size) {
    if (list && PyList_Check(list) && PyList_Size(list) == size) return 1;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, NO_TABLE);
    return 0;
}

/* Add a step: [words, least, most, slot]. */
static int add_step(Phrases *self, PyObject *plain) {
    if (!is_list_of(plain, 4)) return 0;
    PyObject *words = PyList_GetItem(plain, 0), *slot = PyList_GetItem(plain, 3);
    if (!PyList_Check(words) || !PyUnicode_Check(slot)) return is_list_of(NULL, 0);
    Step step = {0, (int32_t)self->sets.size, (int32_t)PyList_Size(words), number_under(plain, 1, INT32_MAX),
                 number_under(plain, 2, INT32_MAX), NONE};
    if (step.least == NONE || step.most == NONE) return 0;
    for (Py_ssize_t i = 0; i < PyList_Size(words); i++) {
        int32_t word = word_number(self, PyList_GetItem(words, i));
        if (word == NONE || !PUSH(self->sets, word)) return 0;
        step.bits |= bit_of(word);
    }
    if (step.set_size) qsort(self->sets.at + step.first_set, (size_t)step.set_size, sizeof(int32_t), by_number);
    if (PyUnicode_GetLength(slot) > 0) {
        Py_ssize_t known = PySequence_Index(self->slots, slot);
        if (known < 0) {
            PyErr_Clear();
            known = PyList_Size(self->slots);
            PyObject *answers = PyDict_New();
            int failed = !answers || PyList_Append(self->answers, answers) < 0 || PyList_Append(self->slots, slot) < 0;
            Py_XDECREF(answers);
            if (failed) return 0;
        }
        step.slot = (int32_t)known;
    }
    return !PyErr_Occurred() && PUSH(self->steps, step);
}

static int add_walk(Phrases *self, PyObject *numbers, int32_t first_step, int32_t *at, int32_t *size) {
    if (!PyList_Check(numbers)) return is_list_of(NULL, 0);
    *at = (int32_t)self->walks.size;
    *size = (int32_t)PyList_Size(numbers);
    for (Py_ssize_t i = 0; i < *size; i++) {
        int32_t step = number_under(numbers, i, self->steps.size - first_step);
        if (step == NONE || !PUSH(self->walks, first_step + step)) return 0;
    }
    return 1;
}

/* Hang the numbers, under `under`, in the lists that are a dictionary's values on the nodes of its keys. */
static int add_keys(Phrases *self, PyObject *keys, int32_t base, Py_ssize_t under, int is_gapped, PyObject *joint) {
    PyObject *key, *numbers;
    Py_ssize_t place = 0;
    while (PyDict_Next(keys, &place, &key, &numbers)) {
        if (!PyList_Check(numbers)) return is_list_of(NULL, 0);
        int32_t node = key_node(self, key, joint);
        if (node == NONE) return 0;
        for (Py_ssize_t i = 0; i < PyList_Size(numbers); i++) {
            int32_t value = number_under(numbers, i, under);
            Node *of = &self->nodes.at[node];
            if (value == NONE || !PUSH(self->links, (Link){base + value, is_gapped ? of->gapped : of->literal}))
                return 0;
            if (is_gapped) of->gapped = (int32_t)self->links.size - 1;
            else of->literal = (int32_t)self->links.size - 1;
        }
    }
    return !PyErr_Occurred();
}

/* Say whether the phrases are made, and no call is being searched: a callback, or another thread, may ask meanwhile. */
static int is_free(const Phrases *self) {
    if (self->hit && !self->texts) return 1;
    PyErr_SetString(PyExc_RuntimeError, "phrases are for one call at a time, once they are made");
    return 0;
}

static PyObject *phrases_add(Phrases *self, PyObject *args) {
    PyObject *moment, *table;
    int side;
    if (!PyArg_ParseTuple(args, "UO!i", &moment, &PyDict_Type, &table, &side)) return NULL;
    if (side < 0 || side >= SIDES) return PyErr_Format(PyExc_ValueError, "there is no side %d", side);
    PyObject *literal = PyDict_GetItemString(table, "literal"), *gapped = PyDict_GetItemString(table, "gapped");
    PyObject *gaps = PyDict_GetItemString(table, "gaps"), *steps = PyDict_GetItemString(table, "steps");
    if (!literal || !gapped || !gaps || !steps || !PyDict_Check(literal) || !PyDict_Check(gapped) ||
        !PyList_Check(gaps) || !PyList_Check(steps))
        return PyErr_Format(PyExc_TypeError, NO_TABLE);
    if (!is_free(self)) return NULL;
    self->is_ready = 0;
    forget_met(self->met); /* a word may get a number now */
    int32_t base = (int32_t)PyList_Size(self->names) * KINDS;
    int32_t first_step = (int32_t)self->steps.size, first_gap = (int32_t)self->gaps.size;
    if (PyList_Append(self->names, moment) < 0 || !PUSH(self->sides, (int32_t)side)) return NULL;
    for (Py_ssize_t i = 0; i < PyList_Size(steps); i++)
        if (!add_step(self, PyList_GetItem(steps, i))) return NULL;
    for (Py_ssize_t i = 0; i < PyList_Size(gaps); i++) {
        PyObject *plain = PyList_GetItem(gaps, i);
        if (!is_list_of(plain, 3)) return NULL;
        int32_t kind = number_under(plain, 0, KINDS);
        Gap gap = {base + kind, 0, 0, 0, 0};
        if (kind == NONE || !add_walk(self, PyList_GetItem(plain, 1), first_step, &gap.before, &gap.before_size) ||
            !add_walk(self, PyList_GetItem(plain, 2), first_step, &gap.after, &gap.after_size) ||
            !PUSH(self->gaps, gap))
            return NULL;
    }
    PyObject *joint = PyUnicode_FromString("\n");
    int done = joint && add_keys(self, literal, base, KINDS, 0, joint) &&
               add_keys(self, gapped, first_gap, self->gaps.size - first_gap, 1, joint);
    Py_XDECREF(joint);
    if (!done) return NULL;
    Py_RETURN_NONE;
}

/* ---- Searching ---- */

static int holds(const Phrases *self, const Step *step, int32_t word) {
    if (!(step->bits & bit_of(word))) return 0;
    const int32_t *set = self->sets.at + step->first_set;
    int32_t low = 0, high = step->set_size;
    if (high < 8) {
        for (; low < high; low++)
            if (set[low] == word) return 1;
        return 0;
    }
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (set[middle] < word) low = middle + 1;
        else high = middle;
    }
    return low < step->set_size && set[low] == word;
}

/* Ask whether a token can fill a slot; a new reference, or NULL on an error. What was asked before is known. */
static PyObject *asked(Phrases *self, int32_t slot, int32_t token) {
    PyObject *answers = PyList_GetItem(self->answers, slot), *text = PyList_GetItem(self->texts, token);
    PyObject *said = PyDict_GetItemWithError(answers, text);
    if (said || PyErr_Occurred()) { Py_XINCREF(said); return said; }
    said = PyObject_CallFunctionObjArgs(self->fills, PyList_GetItem(self->slots, slot), text,
                                        PyList_GetItem(self->norms, token), NULL);
    if (said && PyDict_Size(answers) >= MOST_ANSWERS) PyDict_Clear(answers);
    if (said && PyDict_SetItem(answers, text, said) < 0) Py_CLEAR(said);
    return said;
}

/* Say whether a token can fill a slot: 1 or 0, -1 on an error. Asked once a token and slot. */
static int fills(Phrases *self, int32_t slot, int32_t token) {
    uint8_t *known = &self->filled.at[(Py_ssize_t)token * PyList_Size(self->slots) + slot];
    if (!*known) {
        PyObject *said = asked(self, slot, token);
        int yes = said ? PyObject_IsTrue(said) : -1;
        Py_XDECREF(said);
        if (yes < 0) return -1;
        *known = yes ? 2 : 1;
    }
    return *known == 2;
}

static int reach(Phrases *self, int32_t token) {
    uint32_t *stamp = &self->stamps.at[token + 1]; /* a walk may end before the first token, and after the last */
    if (*stamp == self->stamp) return 1;
    *stamp = self->stamp;
    return PUSH(self->further, token);
}

/* Reach what is behind a token, where that is one of the words of a step. */
static int reach_behind(Phrases *self, const Step *step, int32_t token, int32_t way) {
    if (token < 0 || token >= (int32_t)self->ids.size || !holds(self, step, self->ids.at[token])) return 1;
    return reach(self, token + way);
}

/* Say whether a step is one word out of some. */
static int is_plain(const Step *step) { return step && step->set_size && step->least == 1 && step->most == 1; }

/* Leave in `reached` the tokens that can be reached from token `at`; return whether there are any, -1 on an error. */
static int walk(Phrases *self, int32_t first, int32_t count, int32_t at, int32_t way) {
    const int32_t size = (int32_t)self->ids.size;
    int32_t i = 0;
    /* Most steps are a word out of some, and most walks end at their first. */
    for (; i < count; i++, at += way) {
        const Step *step = &self->steps.at[self->walks.at[first + i]];
        if (!is_plain(step)) break;
        if (at < 0 || at >= size || !holds(self, step, self->ids.at[at])) return 0;
    }
    self->reached.size = 0;
    if (!PUSH(self->reached, at)) return -1;
    for (; i < count; i++) {
        const Step *step = &self->steps.at[self->walks.at[first + i]];
        const Step *next = i + 1 < count ? &self->steps.at[self->walks.at[first + i + 1]] : NULL;
        /* Where a word follows a gap, only what is before such a word is reached. */
        const int is_gap = is_plain(next) && !step->set_size && step->slot == NONE;
        self->further.size = 0;
        self->stamp++;
        for (Py_ssize_t j = 0; j < self->reached.size; j++) {
            int32_t token = self->reached.at[j];
            if (step->least == 0 && !(is_gap ? reach_behind(self, next, token, way) : reach(self, token))) return -1;
            for (int32_t said = 0; said < step->most && token >= 0 && token < size;) {
                int32_t id = self->ids.at[token];
                int fits, counts = 1;
                if (step->set_size) fits = holds(self, step, id);
                else if (step->slot != NONE) fits = fills(self, step->slot, token);
                else {
                    fits = id != BREAK && id != QUESTION;
                    counts = step->least > 0 || id < FIRST_MARK || id >= self->after_marks;
                }
                if (fits < 0) return -1;
                if (!fits) break;
                token += way;
                said += counts;
                if (said >= step->least && !(is_gap ? reach_behind(self, next, token, way) : reach(self, token)))
                    return -1;
            }
        }
        i += is_gap;
        if (!self->further.size) return 0;
        void *swap = self->reached.at;
        Py_ssize_t have = self->reached.room;
        self->reached.at = self->further.at, self->reached.room = self->further.room;
        self->reached.size = self->further.size;
        self->further.at = swap, self->further.room = have;
    }
    return 1;
}

static int may_say(int32_t side, int32_t role) { return side == EITHER || role == EITHER || side == role; }

static int found(Phrases *self, int32_t use, int32_t start, int32_t end) {
    int32_t turn = self->turns.at[start];
    if (!may_say(self->sides.at[use / KINDS], self->roles.at[turn]) ||
        (use & STARTS_TURN && start != self->firsts.at[turn]) || (use & ENDS_TURN && end < self->lasts.at[turn]))
        return 1;
    return PUSH(self->matches, (Match){use / KINDS, (use & IS_VETO) != 0, start, end});
}

/* Leave in `next` the bits of the words that have to stand where a walk begins, and in `some` those of another step of
   it that fewest words fit. A walk that asks for no words there has the bit of no word. */
static void needed(const Phrases *self, int32_t first, int32_t count, uint64_t *next, uint64_t *some) {
    int32_t fewest = INT32_MAX;
    *next = *some = NO_WORD;
    for (int32_t i = 0; i < count; i++) {
        const Step *step = &self->steps.at[self->walks.at[first + i]];
        if (!step->set_size || step->least == 0) continue;
        if (i == 0) *next = step->bits;
        else if (step->set_size < fewest) fewest = step->set_size, *some = step->bits;
    }
}

static int make_ready(Phrases *self) {
    self->gates.size = 0;
    for (Py_ssize_t i = 0; i < self->nodes.size; i++) {
        Node *node = &self->nodes.at[i];
        for (int32_t side = 0; side < SIDES; side++) {
            node->first_gate[side] = (int32_t)self->gates.size;
            for (int32_t at = node->gapped; at != NONE; at = self->links.at[at].next) {
                const Gap *gap = &self->gaps.at[self->links.at[at].value];
                if (self->sides.at[gap->use / KINDS] != side) continue;
                Gate gate = {.gap = self->links.at[at].value};
                needed(self, gap->before, gap->before_size, &gate.next_before, &gate.some_before);
                needed(self, gap->after, gap->after_size, &gate.next_after, &gate.some_after);
                if (!PUSH(self->gates, gate)) return 0;
            }
        }
        node->first_gate[SIDES] = (int32_t)self->gates.size;
    }
    const Py_ssize_t words = PyDict_Size(self->words) + 1;
    self->roots.size = 0;
    if (!ROOM(self->roots, words)) return 0;
    for (; self->roots.size < words; self->roots.size++)
        self->roots.at[self->roots.size] = next_node(self, 0, (int32_t)self->roots.size);
    self->is_ready = 1;
    return 1;
}

static int around(Phrases *self, const Gap *gap, int32_t start, int32_t end) {
    int go = walk(self, gap->before, gap->before_size, start - 1, -1);
    if (go <= 0) return go == 0;
    self->starts.size = 0;
    for (Py_ssize_t i = 0; i < self->reached.size; i++)
        if (!PUSH(self->starts, self->reached.at[i] + 1)) return 0;
    go = walk(self, gap->after, gap->after_size, end, 1);
    if (go <= 0) return go == 0;
    for (Py_ssize_t i = 0; i < self->starts.size; i++)
        for (Py_ssize_t j = 0; j < self->reached.size; j++)
            if (!found(self, gap->use, self->starts.at[i], self->reached.at[j])) return 0;
    return 1;
}

/* The bits of the words next to an anchor, and of all words of its turn on either side. */
typedef struct { uint64_t before, after, next_before, next_after; } Ends;

/* Look around an anchor for the gaps of some gates. Most lead nowhere: what stands in memory far away is looked at last. */
static int pass(Phrases *self, int32_t first, int32_t last, const Ends *ends, int32_t start, int32_t end) {
    for (; first < last; first++) {
        const Gate *gate = &self->gates.at[first];
        if (ends->next_after & gate->next_after && ends->next_before & gate->next_before &&
            ends->after & gate->some_after && ends->before & gate->some_before &&
            !around(self, &self->gaps.at[gate->gap], start, end))
            return 0;
    }
    return 1;
}

static int search(Phrases *self) {
    for (int32_t start = 0; start < self->ids.size; start++) {
        int32_t node = 0;
        for (int32_t end = start; end < self->ids.size && self->ids.at[end] > BREAK;) {
            node = end == start ? self->roots.at[self->ids.at[end]] : next_node(self, node, self->ids.at[end]);
            end++;
            if (node == NONE) break;
            const Node *here = &self->nodes.at[node];
            for (int32_t at = here->literal; at != NONE; at = self->links.at[at].next)
                if (!found(self, self->links.at[at].value, start, end)) return 0;
            if (here->first_gate[0] == here->first_gate[SIDES]) continue;
            const Ends ends = {
                .before = self->before.at[start],
                .after = end < self->ids.size ? self->after.at[end] : NO_WORD,
                .next_before = NO_WORD | (start ? bit_of(self->ids.at[start - 1]) : 0),
                .next_after = NO_WORD | (end < self->ids.size ? bit_of(self->ids.at[end]) : 0),
            };
            const int32_t role = self->roles.at[self->turns.at[start]];
            for (int32_t side = 0; side < SIDES; side++)
                if (may_say(side, role) &&
                    !pass(self, here->first_gate[side], here->first_gate[side + 1], &ends, start, end))
                    return 0;
        }
    }
    return 1;
}

/* Of one moment: its vetoes first; then the longest first, of those as long the earliest. */
static int by_length(const void *a, const void *b) {
    const Match *x = a, *y = b;
    if (x->is_veto != y->is_veto) return x->is_veto ? -1 : 1;
    if (x->end - x->start != y->end - y->start) return x->end - x->start > y->end - y->start ? -1 : 1;
    return (x->start > y->start) - (x->start < y->start);
}

static int by_place(const void *a, const void *b) {
    return ((const Match *)a)->start - ((const Match *)b)->start;
}

/* Return the hits of `count` matches of one moment as a list; of those that overlap the first counts. */
static PyObject *settled(Phrases *self, Match *matches, Py_ssize_t count, PyObject *begins, PyObject *ends) {
    Py_ssize_t kept = 0;
    self->stamp++;
    for (Py_ssize_t i = 0; i < count; i++) {
        const Match *match = &matches[i];
        int is_taken = 0;
        for (int32_t at = match->start; !is_taken && at < match->end; at++)
            is_taken = self->stamps.at[at] == self->stamp;
        if (!match->is_veto && is_taken) continue;
        for (int32_t at = match->start; at < match->end; at++) self->stamps.at[at] = self->stamp;
        if (!match->is_veto) matches[kept++] = *match;
    }
    if (kept) qsort(matches, (size_t)kept, sizeof(Match), by_place);
    PyObject *hits = PyList_New(0);
    for (Py_ssize_t i = 0; hits && i < kept; i++) {
        PyObject *begin = PyList_GetItem(begins, matches[i].start), *end = PyList_GetItem(ends, matches[i].end - 1);
        Py_XINCREF(begin);
        Py_XINCREF(end);
        PyObject *values[] = {PyLong_FromLong(self->turns.at[matches[i].start]), begin, end};
        PyObject *hit = named_tuple((PyTypeObject *)self->hit, values, 3);
        int failed = !hit || PyList_Append(hits, hit) < 0;
        Py_XDECREF(hit);
        if (failed) Py_CLEAR(hits);
    }
    return hits;
}

static void sort(Match *matches, Py_ssize_t count) {
    if (count > FEW) {
        qsort(matches, (size_t)count, sizeof(Match), by_length);
        return;
    }
    for (Py_ssize_t i = 1; i < count; i++) {
        const Match match = matches[i];
        Py_ssize_t at = i;
        for (; at > 0 && by_length(&matches[at - 1], &match) > 0; at--) matches[at] = matches[at - 1];
        matches[at] = match;
    }
}

/* Leave in `sorted` the matches by moment, and in `counts` where those of each moment end. */
static int by_moment(Phrases *self) {
    const Py_ssize_t moments = PyList_Size(self->names), size = self->matches.size;
    if (!ROOM(self->sorted, size) || !ROOM(self->counts, moments + 1)) return 0;
    int32_t *counts = self->counts.at;
    memset(counts, 0, (size_t)(moments + 1) * sizeof *counts);
    for (Py_ssize_t i = 0; i < size; i++) counts[self->matches.at[i].moment + 1]++;
    for (Py_ssize_t i = 0; i < moments; i++) counts[i + 1] += counts[i];
    for (Py_ssize_t i = 0; i < size; i++) self->sorted.at[counts[self->matches.at[i].moment]++] = self->matches.at[i];
    return 1;
}

static PyObject *all_hits(Phrases *self, PyObject *begins, PyObject *ends) {
    if (!by_moment(self)) return NULL;
    PyObject *hits = PyDict_New();
    for (Py_ssize_t first = 0, last; hits && first < self->matches.size; first = last) {
        int32_t moment = self->sorted.at[first].moment;
        last = self->counts.at[moment];
        sort(self->sorted.at + first, last - first);
        PyObject *of = settled(self, self->sorted.at + first, last - first, begins, ends);
        int failed = !of || (PyList_Size(of) && PyDict_SetItem(hits, PyList_GetItem(self->names, moment), of) < 0);
        Py_XDECREF(of);
        if (failed) Py_CLEAR(hits);
    }
    return hits;
}

/* Note which words stand before and after each token of a turn. */
static void note_words(Phrases *self) {
    const Py_ssize_t size = self->ids.size;
    uint64_t bits = NO_WORD;
    for (Py_ssize_t i = 0; i < size; i++) {
        self->before.at[i] = bits;
        bits = self->ids.at[i] == BREAK ? NO_WORD : bits | bit_of(self->ids.at[i]);
    }
    bits = NO_WORD;
    for (Py_ssize_t i = size; i-- > 0;) {
        bits = self->ids.at[i] == BREAK ? NO_WORD : bits | bit_of(self->ids.at[i]);
        self->after.at[i] = bits;
    }
}

/* Take over the words of a call; return 0 on an error. */
static int take(Phrases *self, PyObject *firsts, PyObject *lasts, PyObject *roles) {
    Py_ssize_t size = PyList_Size(self->norms), turns = PyList_Size(firsts), slots = PyList_Size(self->slots);
    if (PyList_Size(self->texts) != size || PyList_Size(lasts) != turns || PyList_Size(roles) != turns ||
        (size && !turns)) {
        PyErr_SetString(PyExc_ValueError, "words and turns of a call have to be as many as each other");
        return 0;
    }
    self->ids.size = self->turns.size = self->firsts.size = self->lasts.size = self->matches.size = 0;
    self->stamps.size = self->filled.size = 0;
    if (!ROOM(self->ids, size) || !ROOM(self->turns, size) || !ROOM(self->before, size) || !ROOM(self->after, size) || !ROOM(self->stamps, size + 2) ||
        !ROOM(self->filled, size * slots + 1) || !ROOM(self->firsts, turns) || !ROOM(self->lasts, turns) ||
        !ROOM(self->roles, turns))
        return 0;
    memset(self->stamps.at, 0, (size_t)(size + 2) * sizeof(uint32_t));
    memset(self->filled.at, 0, (size_t)(size * slots + 1));
    self->stamp = 0;
    for (Py_ssize_t i = 0; i < turns; i++) {
        self->firsts.at[i] = (int32_t)item_number(firsts, i);
        self->lasts.at[i] = (int32_t)item_number(lasts, i);
        self->roles.at[i] = (int32_t)item_number(roles, i);
    }
    self->firsts.size = self->lasts.size = turns;
    int32_t turn = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *norm = PyList_GetItem(self->norms, i);
        const Met *lately = met(self->met, norm);
        if (lately->word != norm) {
            PyObject *known = PyDict_GetItemWithError(self->words, norm);
            if (!known && PyErr_Occurred()) return 0;
            meet(self->met, norm, known ? (int32_t)PyLong_AsLong(known) : UNKNOWN);
        }
        while (turn + 1 < turns && self->firsts.at[turn + 1] <= i) turn++;
        self->ids.at[i] = lately->number;
        self->turns.at[i] = turn;
    }
    self->ids.size = self->turns.size = size;
    note_words(self);
    return !PyErr_Occurred();
}

static PyObject *phrases_hits(Phrases *self, PyObject *args) {
    PyObject *texts, *norms, *begins, *ends, *firsts, *lasts, *roles;
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!O!O!", &PyList_Type, &texts, &PyList_Type, &norms, &PyList_Type, &begins,
                          &PyList_Type, &ends, &PyList_Type, &firsts, &PyList_Type, &lasts, &PyList_Type, &roles))
        return NULL;
    if (!is_free(self) || (!self->is_ready && !make_ready(self))) return NULL;
    self->texts = texts, self->norms = norms;
    PyObject *hits = take(self, firsts, lasts, roles) && search(self) ? all_hits(self, begins, ends) : NULL;
    self->texts = self->norms = NULL;
    return hits;
}

/* ---- The type ---- */

static int phrases_init(Phrases *self, PyObject *args, PyObject *keywords) {
    PyObject *first_words, *fills, *hit;
    if (!PyArg_ParseTuple(args, "O!OO", &PyList_Type, &first_words, &fills, &hit) || !is_named_tuple(hit)) return -1;
    if (self->words) {
        PyErr_SetString(PyExc_RuntimeError, "phrases are made once");
        return -1;
    }
    self->words = PyDict_New(), self->names = PyList_New(0), self->slots = PyList_New(0);
    self->answers = PyList_New(0);
    if (!self->words || !self->names || !self->slots || !self->answers ||
        !PUSH(self->nodes, (Node){.parent = NONE, .literal = NONE, .gapped = NONE}))
        return -1;
    Py_INCREF(self->fills = fills);
    Py_INCREF(self->hit = hit);
    for (Py_ssize_t i = 0; i < PyList_Size(first_words); i++)
        if (word_number(self, PyList_GetItem(first_words, i)) == NONE) return -1;
    self->after_marks = (int32_t)PyList_Size(first_words) + 1;
    return 0;
}

static void phrases_dealloc(Phrases *self) {
    PyTypeObject *type = Py_TYPE(self);
    forget_met(self->met);
    Py_XDECREF(self->words);
    Py_XDECREF(self->names);
    Py_XDECREF(self->slots);
    Py_XDECREF(self->fills);
    Py_XDECREF(self->answers);
    Py_XDECREF(self->hit);
    void *arrays[] = {self->sides.at, self->roles.at, self->roots.at, self->sets.at, self->steps.at, self->walks.at, self->gaps.at, self->nodes.at, self->links.at,
                      self->gates.at, self->edges, self->ids.at, self->firsts.at, self->lasts.at, self->turns.at, self->before.at,
                      self->after.at, self->stamps.at,
                      self->filled.at, self->reached.at, self->further.at, self->starts.at, self->matches.at,
                      self->sorted.at, self->counts.at};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"add", (PyCFunction)phrases_add, METH_VARARGS, "Add the phrases of a moment: its name, its table, its side."},
    {"hits", (PyCFunction)phrases_hits, METH_VARARGS,
     "Return by moment where its phrases stand: (texts, norms, begins, ends, firsts, lasts, roles)."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot type_slots[] = {
    {Py_tp_init, phrases_init},
    {Py_tp_dealloc, phrases_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_doc, "Finds phrases: (first words of the vocabulary, what fills a slot, the type of a hit)."},
    {0, NULL},
};

static PyType_Spec type_spec = {"coach._phrases.Phrases", sizeof(Phrases), 0, Py_TPFLAGS_DEFAULT, type_slots};

static int exec_module(PyObject *module) { return add_type(module, "Phrases", &type_spec); }

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, exec_module}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_phrases", "The phrases of moments, searched in C.", 0, NULL, module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__phrases(void) { return PyModuleDef_Init(&definition); }
