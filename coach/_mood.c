/* What the words of a turn tell of its mood: `coach.sentiment.Mood._of` up to the sum of its valences, many times as fast.
 *
 * What each step is for is said where Python takes it: marks in coach/sentiment.py, phrases in coach/lexicon_phrases.py,
 * valences in coach/valence.py, which are VADER's to the last digit. A turn with a character beyond ASCII other than an
 * apostrophe is left to the Python.
 */
#include "_arrays.h"

#define LONGEST_MARK 200
#define LONGEST_FACE 2
#define WORDS_BEFORE 3
#define WORDS_AFTER 2
#define LONGEST_IDIOM 3
#define CAPITALS 0.733
#define TURNED -0.74
#define MOST_WORDS (1 << 24)

/* Words that are met by name have these numbers; no word has 0. */
enum { UNKNOWN, ANY, NO, SO, THIS, LEAST, BUT, KIND, OF, NEVER, WITHOUT, DOUBT, OR, NOR, AT, VERY };
static const char *const by_name[] = {"",     "*",  "no",    "so",      "this",  "least", "but", "kind",
                                      "of",   "never", "without", "doubt", "or",    "nor", "at", "very"};
enum { TELLS = 1, BOOSTS = 2, NEGATES = 4, CHANGES = 8, OF_IDIOM = 16, HESITATES = 32, BEGINS = 64 };

typedef struct { int32_t name, size; double valence, boost; } Entry;
typedef struct { uint32_t hash; int32_t word; } Slot;
typedef struct { int32_t words[LONGEST_IDIOM], size, boosts; double value; } Idiom;
/* A place in the tree of phrases: the first two are where it begins, anywhere and at the start of a turn. */
typedef struct { int32_t token, ends_turn; } Node;
typedef struct { uint64_t key; int32_t node; } Branch;

/* What stands between two spaces; `plain` as phrases compare it, `token` of the phrase from here up to piece `until`. */
typedef struct { const char *plain; int32_t size, begin, end, word, whole, token, until; } Piece;
/* A word as VADER takes it; of a phrase nothing but the number of its token. */
typedef struct { int32_t word, begin, end; } Said;
typedef struct { int32_t end, token; } Found;

typedef struct {
    PyObject_HEAD
    ARRAY(Slot) slots; /* of the words, by hash; as many as a power of two */
    ARRAY(Entry) words;
    ARRAY(uint8_t) kinds; /* of the words, apart: of most words nothing else is asked */
    ARRAY(char) names;
    ARRAY(Idiom) idioms;
    ARRAY(Node) nodes;
    ARRAY(Branch) branches; /* by node and word; as many as a power of two */
    ARRAY(char) text;
    ARRAY(char) lower;
    ARRAY(char) plain;
    ARRAY(char) marks;
    ARRAY(Piece) pieces;
    ARRAY(int32_t) spoken;
    ARRAY(Said) said;
    ARRAY(int32_t) places;
    ARRAY(double) valences;
    int is_made, is_busy, any_begins;
} Told;

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static int is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F); }
static int is_spoken(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; }
static int is_punctuation(char c) { return c > ' ' && c < 0x7F && (!is_spoken(c) || c == '_'); }
static int is_edge(char c) { return c && strchr(".,;:?!\"'()-", c); }

/* A product that no compiler takes together with a sum: that would round once where Python rounds twice. */
static double times(double a, double b) {
    volatile double product = a * b;
    return product;
}

/* --- Words and phrases, made once --- */

static uint32_t hash_of(const char *text, int32_t size) {
    uint32_t hash = 2166136261u;
    for (int32_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static Slot *slot_of(Told *self, const char *text, int32_t size, uint32_t hash) {
    for (uint32_t i = hash;; i++) {
        Slot *slot = &self->slots.at[i & (uint32_t)(self->slots.size - 1)];
        if (!slot->word) return slot;
        Entry *entry = &self->words.at[slot->word];
        if (slot->hash == hash && entry->size == size && !memcmp(self->names.at + entry->name, text, (size_t)size))
            return slot;
    }
}

static int32_t word_of(Told *self, const char *text, int32_t size) {
    return slot_of(self, text, size, hash_of(text, size))->word;
}

static int grow_slots(Told *self) {
    Py_ssize_t size = self->slots.size ? self->slots.size * 2 : 16384;
    Slot *old = self->slots.at, *slots = calloc((size_t)size, sizeof *slots);
    if (!slots) { PyErr_NoMemory(); return 0; }
    for (Py_ssize_t i = 0; i < self->slots.size; i++) {
        if (!old[i].word) continue;
        uint32_t to = old[i].hash;
        while (slots[to & (uint32_t)(size - 1)].word) to++;
        slots[to & (uint32_t)(size - 1)] = old[i];
    }
    free(old);
    self->slots.at = slots, self->slots.size = self->slots.room = size;
    return 1;
}

/* Return the number of a word, which it may get now; -1 on an error. */
static int32_t number_of(Told *self, const char *text, Py_ssize_t size) {
    if (self->words.size >= MOST_WORDS || size >= MOST_WORDS || self->names.size >= INT32_MAX - MOST_WORDS) {
        PyErr_SetString(PyExc_OverflowError, "a lexicon of so many words has no room");
        return -1;
    }
    if (self->words.size * 4 >= self->slots.size * 3 && !grow_slots(self)) return -1;
    uint32_t hash = hash_of(text, (int32_t)size);
    Slot *slot = slot_of(self, text, (int32_t)size, hash);
    if (slot->word) return slot->word;
    if (!ROOM(self->names, size + 1)) return -1;
    if (!PUSH(self->words, (Entry){(int32_t)self->names.size, (int32_t)size, 0, 0}) || !PUSH(self->kinds, 0)) return -1;
    memcpy(self->names.at + self->names.size, text, (size_t)size);
    self->names.size += size;
    *slot = (Slot){hash, (int32_t)self->words.size - 1};
    return slot->word;
}

/* Return the number of the word that `text` is, 0 where none of a turn told here can be it; -1 on an error. */
static int32_t number_of_object(Told *self, PyObject *text) {
    Py_ssize_t size;
    const char *bytes = PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &size) : NULL;
    if (!bytes) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "the words of a lexicon are texts");
        return -1;
    }
    for (Py_ssize_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] > 0x7F) return UNKNOWN;
    return size ? number_of(self, bytes, size) : UNKNOWN;
}

/* Add an idiom of two words or more. */
static int add_idiom(Told *self, PyObject *text, double value, int boosts) {
    Py_ssize_t size;
    const char *at = PyUnicode_AsUTF8AndSize(text, &size), *end = at + size;
    if (!at) return 0;
    Idiom idiom = {{0}, 0, boosts, value};
    for (const char *space; at <= end; at = space + 1) {
        for (space = at; space < end && *space != ' ';) space++;
        if (idiom.size == LONGEST_IDIOM) {
            PyErr_SetString(PyExc_ValueError, "an idiom has three words at most");
            return 0;
        }
        if ((idiom.words[idiom.size++] = number_of(self, at, space - at)) < 0) return 0;
    }
    return idiom.size < 2 || PUSH(self->idioms, idiom);
}

/* Add the words of a dict with their values: those of the lexicon, or those that boost, or idioms. */
static int add_values(Told *self, PyObject *values, int kinds, int are_idioms) {
    PyObject *key, *item;
    for (Py_ssize_t next = 0; PyDict_Next(values, &next, &key, &item);) {
        if (!PyFloat_Check(item) && !PyLong_Check(item)) {
            PyErr_SetString(PyExc_TypeError, "the value of a word is a number");
            return 0;
        }
        double value = PyFloat_AsDouble(item);
        int32_t word = PyErr_Occurred() ? -1 : number_of_object(self, key);
        if (word < 0 || (are_idioms && !add_idiom(self, key, value, kinds == (BOOSTS | CHANGES)))) return 0;
        if (word == UNKNOWN) continue;
        Entry *entry = &self->words.at[word];
        self->kinds.at[word] |= (uint8_t)kinds;
        if (kinds & TELLS) entry->valence = value;
        if (kinds & BOOSTS) entry->boost = value;
    }
    return 1;
}

static int add_kind(Told *self, PyObject *words, int kinds) {
    for (Py_ssize_t i = 0; i < PyList_Size(words); i++) {
        int32_t word = number_of_object(self, PyList_GetItem(words, i));
        if (word < 0) return 0;
        if (word != UNKNOWN) self->kinds.at[word] |= (uint8_t)kinds;
    }
    return 1;
}

static Branch *branch_of(Told *self, int32_t node, int32_t word) {
    uint64_t key = (uint64_t)(node + 1) << 32 | (uint32_t)word, hash = key * 0x9E3779B97F4A7C15u;
    for (uint64_t i = hash >> 32;; i++) {
        Branch *branch = &self->branches.at[i & (uint64_t)(self->branches.size - 1)];
        if (!branch->key || branch->key == key) return branch;
    }
}

/* Add the tree of phrases, from rows (place before it, word that leads here, token, token at the end of a turn). */
static int add_tree(Told *self, PyObject *rows) {
    Py_ssize_t size = PyList_Size(rows), branches = 64;
    while (branches * 3 < size * 4) branches *= 2;
    if (size > MOST_WORDS || !(self->branches.at = calloc((size_t)branches, sizeof(Branch)))) {
        PyErr_NoMemory();
        return 0;
    }
    self->branches.size = self->branches.room = branches;
    for (Py_ssize_t i = 0; i < size; i++) {
        int before;
        PyObject *row = PyList_GetItem(rows, i), *word, *token, *ends_turn;
        if (!row) return 0;
        if (!PyTuple_Check(row)) {
            PyErr_SetString(PyExc_TypeError, "the rows of a tree are tuples");
            return 0;
        }
        if (!PyArg_ParseTuple(row, "iUUU", &before, &word, &token, &ends_turn)) return 0;
        int32_t number = number_of_object(self, word), here = number_of_object(self, token);
        int32_t at_end = here < 0 ? -1 : number_of_object(self, ends_turn);
        if (number < 0 || at_end < 0) return 0;
        if (i < 2 ? here || at_end : before < 0 || before >= i) {
            PyErr_SetString(PyExc_ValueError, "a phrase has words, and what leads to a place stands before it");
            return 0;
        }
        if (!PUSH(self->nodes, (Node){here, at_end})) return 0;
        /* What no turn told here can say leads nowhere. */
        if (i >= 2 && number) {
            Branch *branch = branch_of(self, before, number);
            if (before < 2) self->kinds.at[number] |= BEGINS;
            if (!branch->key) *branch = (Branch){(uint64_t)(before + 1) << 32 | (uint32_t)number, (int32_t)i};
        }
    }
    self->any_begins = self->kinds.at[ANY] & BEGINS;
    if (size >= 2) return 1;
    PyErr_SetString(PyExc_ValueError, "a tree begins anywhere and at the start");
    return 0;
}

/* --- A turn, taken apart --- */

/* Copy a turn, apostrophes made plain; return 0 where something in it is left to the Python. */
static int take(Told *self, const char *from, Py_ssize_t size, int *has_marks) {
    char *to = self->text.at;
    *has_marks = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        char c = from[i];
        if ((unsigned char)c > 0x7F) {
            if (i + 2 >= size || memcmp(from + i, "\xE2\x80\x99", 3)) return 0;
            c = '\'', i += 2;
        }
        if (c == '<' || c == '[' || c == '{' || c == '%') *has_marks = 1;
        *to++ = c;
    }
    self->text.size = to - self->text.at;
    return 1;
}

/* Return where the mark ends that begins at `i`, or `i`. */
static Py_ssize_t end_of_mark(const char *text, Py_ssize_t size, Py_ssize_t i) {
    char close = text[i] == '<' ? '>' : text[i] == '[' ? ']' : text[i] == '{' ? '}' : 0;
    Py_ssize_t end = i + 1;
    if (close) {
        while (end < size && end - i <= LONGEST_MARK && text[end] != close) end++;
        return end < size && text[end] == close ? end + 1 : i;
    }
    if (text[i] != '%' || (i && !is_space(text[i - 1]))) return i;
    while (end < size && (is_letter(text[end]) || text[end] == '_')) end++;
    return end > i + 1 ? end : i;
}

/* Make a space of each mark. Nothing is overwritten that is still to be read: a mark is longer than a space. */
static void unmark(Told *self) {
    char *text = self->text.at;
    Py_ssize_t to = 0;
    for (Py_ssize_t i = 0; i < self->text.size;) {
        Py_ssize_t end = end_of_mark(text, self->text.size, i);
        text[to++] = end > i ? ' ' : text[i];
        i = end > i ? end : i + 1;
    }
    self->text.size = to;
}

static int add_piece(Told *self, int32_t begin, int32_t end, int is_alpha) {
    const char *lower = self->lower.at;
    Piece piece = {lower + begin, end - begin, begin, end, 0, 0, 0, 0};
    piece.whole = piece.word = word_of(self, piece.plain, piece.size);
    if (!is_alpha) {
        while (begin < end && is_edge(lower[begin])) begin++;
        while (begin < end && is_edge(lower[end - 1])) end--;
        char *plain = self->plain.at + self->plain.size;
        piece.plain = plain;
        for (; begin < end; begin++)
            if (lower[begin] != '\'') *plain++ = lower[begin];
        piece.size = (int32_t)(plain - piece.plain);
        self->plain.size += piece.size;
        piece.word = word_of(self, piece.plain, piece.size);
    }
    return PUSH(self->pieces, piece);
}

/* Split what is said; return whether it could be done, and in `is_said` whether anything is. */
static int split(Told *self, int *is_said) {
    const char *text = self->text.at;
    int32_t size = (int32_t)self->text.size;
    for (int32_t i = 0; i < size; i++)
        self->lower.at[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] | 0x20) : text[i];
    for (int32_t i = 0; i < size;) {
        if (is_space(text[i])) { i++; continue; }
        int32_t begin = i;
        int is_alpha = 1;
        for (; i < size && !is_space(text[i]); i++) {
            if (is_spoken(text[i])) *is_said = 1;
            if (!is_letter(text[i])) is_alpha = 0;
        }
        if (!add_piece(self, begin, i, is_alpha)) return 0;
    }
    return 1;
}

/* --- Phrases --- */

static int is_same(const Piece *a, const Piece *b) {
    return a->size == b->size && !memcmp(a->plain, b->plain, (size_t)a->size);
}

/* Note which pieces are compared: no hesitations, cut words, or words said twice in a row. */
static int note_spoken(Told *self) {
    const Piece *before = NULL;
    for (Py_ssize_t i = 0; i < self->pieces.size; i++) {
        const Piece *piece = &self->pieces.at[i];
        const char *end = self->text.at + piece->end;
        int is_cut = end[-1] == '-' && !(piece->end - piece->begin > 1 && end[-2] == '-');
        if (!piece->size || is_cut || self->kinds.at[piece->word] & HESITATES) continue;
        if (!(before && is_same(before, piece)) && !PUSH(self->spoken, (int32_t)i)) return 0;
        before = piece;
    }
    return 1;
}

static Piece *spoken_piece(Told *self, int32_t i) { return &self->pieces.at[self->spoken.at[i]]; }

static int ends_sentence(Told *self, int32_t i) {
    const Piece *piece = spoken_piece(self, i);
    const char *end = self->text.at + piece->end;
    if (end[-1] != '.') return end[-1] == '?' || end[-1] == '!';
    return !(piece->end - piece->begin > 1 && end[-2] == '.');
}

/* Return the end and the token of the longest phrase from word `i` on. */
static Found longest(Told *self, int32_t node, int32_t i) {
    Found best = {i, self->nodes.at[node].token};
    if (i == self->spoken.size) {
        if (self->nodes.at[node].ends_turn) best.token = self->nodes.at[node].ends_turn;
        return best;
    }
    if (i && node && ends_sentence(self, i - 1)) return best;
    int32_t keys[] = {spoken_piece(self, i)->word, ANY};
    for (int which = keys[0] ? 0 : 1; which < 2; which++) {
        const Branch *branch = branch_of(self, node, keys[which]);
        if (!branch->key) continue;
        Found found = longest(self, branch->node, i + 1);
        if (found.token && (!best.token || found.end > best.end)) best = found;
    }
    return best;
}

/* Say whether the name of token `a` comes after that of `b`, as texts do. */
static int comes_after(Told *self, int32_t a, int32_t b) {
    const Entry *one = &self->words.at[a], *other = &self->words.at[b];
    int32_t size = one->size < other->size ? one->size : other->size;
    int order = memcmp(self->names.at + one->name, self->names.at + other->name, (size_t)size);
    return order ? order > 0 : one->size > other->size;
}

/* Find the phrases, from the left, the longest first; return whether there is one. */
static int find_phrases(Told *self) {
    int is_found = 0;
    for (int32_t i = 0; i < self->spoken.size;) {
        if (!self->any_begins && !(self->kinds.at[spoken_piece(self, i)->word] & BEGINS)) { i++; continue; }
        Found found = longest(self, 0, i);
        if (!i) {
            Found first = longest(self, 1, 0);
            if (first.end > found.end || (first.end == found.end && comes_after(self, first.token, found.token)))
                found = first;
        }
        if (!found.token) { i++; continue; }
        spoken_piece(self, i)->token = found.token;
        spoken_piece(self, i)->until = self->spoken.at[found.end - 1];
        is_found = 1;
        i = found.end;
    }
    return is_found;
}

/* --- Valences --- */

static void note_marks(Told *self, int32_t begin, int32_t end) {
    for (; begin < end; begin++)
        if (self->text.at[begin] == '!' || self->text.at[begin] == '?')
            self->marks.at[self->marks.size++] = self->text.at[begin];
}

/* Note the words as VADER takes them, each phrase as its token. */
static int note_said(Told *self) {
    const char *text = self->text.at;
    for (Py_ssize_t i = 0; i < self->pieces.size; i++) {
        const Piece *piece = &self->pieces.at[i];
        int32_t begin = piece->begin, end = piece->end, word = piece->whole;
        if (piece->token) {
            i = piece->until;
            const Piece *last = &self->pieces.at[i];
            for (begin = end = last->end; begin > last->begin && is_edge(text[begin - 1]);) begin--;
            note_marks(self, begin, end);
            if (!PUSH(self->said, (Said){piece->token, 0, 0})) return 0;
            continue;
        }
        note_marks(self, begin, end);
        while (begin < end && is_punctuation(text[begin])) begin++;
        while (begin < end && is_punctuation(text[end - 1])) end--;
        if (end - begin <= LONGEST_FACE) begin = piece->begin, end = piece->end;
        else if (end - begin < piece->end - piece->begin) word = word_of(self, self->lower.at + begin, end - begin);
        if (!PUSH(self->said, (Said){word, begin, end})) return 0;
    }
    return 1;
}

static int32_t word(Told *self, Py_ssize_t i) { return i >= 0 && i < self->said.size ? self->said.at[i].word : UNKNOWN; }
static int is_of(Told *self, Py_ssize_t i, int kinds) { return self->kinds.at[word(self, i)] & kinds; }

static int is_upper(Told *self, Py_ssize_t i) {
    int is_cased = 0;
    for (int32_t at = self->said.at[i].begin; at < self->said.at[i].end; at++) {
        if (self->text.at[at] >= 'a' && self->text.at[at] <= 'z') return 0;
        is_cased = is_cased || is_letter(self->text.at[at]);
    }
    return is_cased;
}

/* Say whether some words are all in capitals, and others are not. */
static int differs_in_capitals(Told *self) {
    Py_ssize_t upper = 0;
    for (Py_ssize_t i = 0; i < self->said.size; i++) upper += is_upper(self, i);
    return upper && upper < self->said.size;
}

static int has_nt(Told *self, Py_ssize_t i) {
    for (int32_t at = self->said.at[i].begin; at + 2 < self->said.at[i].end; at++)
        if (!memcmp(self->lower.at + at, "n't", 3)) return 1;
    return 0;
}

/* Return the idiom, or what boosts as two or three words, that is words `first` to `last`. */
static const Idiom *idiom_at(Told *self, Py_ssize_t first, Py_ssize_t last, int boosts) {
    for (Py_ssize_t i = 0; i < self->idioms.size; i++) {
        const Idiom *idiom = &self->idioms.at[i];
        int is_it = idiom->boosts == boosts && idiom->size == last - first + 1;
        for (int32_t w = 0; is_it && w < idiom->size; w++) is_it = word(self, first + w) == idiom->words[w];
        if (is_it) return idiom;
    }
    return NULL;
}

static double with_idioms(Told *self, double valence, Py_ssize_t i) {
    const Py_ssize_t before[][2] = {{1, 0}, {2, 0}, {2, 1}, {3, 1}, {3, 2}}, boosting[][2] = {{3, 1}, {3, 2}, {2, 1}};
    const Idiom *idiom = NULL;
    for (int which = 0; which < 5 && !idiom; which++)
        if ((idiom = idiom_at(self, i - before[which][0], i - before[which][1], 0))) valence = idiom->value;
    for (Py_ssize_t last = i + 1; last <= i + 2 && last < self->said.size; last++)
        if ((idiom = idiom_at(self, i, last, 0))) valence = idiom->value;
    for (int which = 0; which < 3; which++)
        if ((idiom = idiom_at(self, i - boosting[which][0], i - boosting[which][1], 1))) valence += idiom->value;
    return valence;
}

static int is_so(int32_t word) { return word == SO || word == THIS; }

/* Return by what the word `back` words before word `i` multiplies its valence. */
static double negation(Told *self, Py_ssize_t i, Py_ssize_t back) {
    int32_t it = word(self, i - back), next = word(self, i - back + 1), third = word(self, i - back + 2);
    if (back == 2 && it == NEVER && is_so(next)) return 1.25;
    if (back == 3 && ((it == NEVER && is_so(next)) || is_so(third))) return 1.25;
    if (back > 1 && it == WITHOUT && (next == DOUBT || (back == 3 && third == DOUBT))) return 1.0;
    return is_of(self, i - back, NEGATES) || has_nt(self, i - back) ? TURNED : 1.0;
}

static double own_valence(Told *self, Py_ssize_t i) {
    double valence = self->words.at[word(self, i)].valence;
    int32_t before = word(self, i - 1);
    if (before == NO || word(self, i - 2) == NO || (word(self, i - 3) == NO && (before == OR || before == NOR)))
        return times(valence, TURNED);
    return word(self, i) == NO && is_of(self, i + 1, TELLS) ? 0.0 : valence;
}

static double boost(Told *self, Py_ssize_t i, double valence, int is_cap_diff) {
    double scalar = self->words.at[word(self, i)].boost;
    if (valence < 0) scalar = -scalar;
    if (is_cap_diff && is_upper(self, i)) scalar += valence > 0 ? CAPITALS : -CAPITALS;
    return scalar;
}

static double changed(Told *self, double valence, Py_ssize_t i, int is_cap_diff, int has_idiom) {
    static const double fading[] = {1.0, 0.95, 0.9};
    for (Py_ssize_t back = 1; back <= WORDS_BEFORE && back <= i; back++) {
        if (is_of(self, i - back, TELLS)) continue;
        if (is_of(self, i - back, BOOSTS))
            valence += times(boost(self, i - back, valence, is_cap_diff), fading[back - 1]);
        valence = times(valence, negation(self, i, back));
        if (back == WORDS_BEFORE && has_idiom) valence = with_idioms(self, valence, i);
    }
    int32_t second = word(self, i - 2);
    int is_least = word(self, i - 1) == LEAST && !is_of(self, i - 1, TELLS) && second != AT && second != VERY;
    return is_least ? times(valence, TURNED) : valence;
}

/* Return the valence of word `i` of the lexicon, which its neighbours may change. */
static double valence_of(Told *self, Py_ssize_t i) {
    int has_idiom = 0, is_changed = 0;
    for (Py_ssize_t near = i < WORDS_BEFORE ? 0 : i - WORDS_BEFORE; near <= i + WORDS_AFTER && near < self->said.size; near++) {
        has_idiom = has_idiom || is_of(self, near, OF_IDIOM);
        is_changed = is_changed || is_of(self, near, OF_IDIOM | CHANGES) || has_nt(self, near);
    }
    int is_capital = is_upper(self, i);
    if (!is_changed && !is_capital) return self->words.at[word(self, i)].valence;
    int is_cap_diff = differs_in_capitals(self);
    double valence = own_valence(self, i);
    if (is_cap_diff && is_capital) valence += valence > 0 ? CAPITALS : -CAPITALS;
    return is_changed ? changed(self, valence, i, is_cap_diff, has_idiom) : valence;
}

/* Weaken what stands before word `turn` and strengthen what stands after it; of equal valences the first changes. */
static int turn_round(Told *self, int32_t turn) {
    Py_ssize_t size = self->valences.size;
    if (!ROOM(self->valences, size)) return 0;
    double *now = self->valences.at, *given = now + size;
    memcpy(given, now, (size_t)size * sizeof *now);
    for (Py_ssize_t i = 0; i < size; i++) {
        Py_ssize_t first = 0;
        while (first < size && now[first] != given[i]) first++;
        if (first < size && self->places.at[first] != turn)
            now[first] = times(now[first], self->places.at[first] < turn ? 0.5 : 1.5);
    }
    return 1;
}

static int tell(Told *self) {
    int32_t turn = -1;
    for (Py_ssize_t i = 0; i < self->said.size; i++) {
        if (word(self, i) == BUT && turn < 0) turn = (int32_t)i;
        if (!is_of(self, i, TELLS) || is_of(self, i, BOOSTS)) continue;
        if (word(self, i) == KIND && word(self, i + 1) == OF) continue;
        double valence = valence_of(self, i);
        if (valence && (!PUSH(self->places, (int32_t)i) || !PUSH(self->valences, valence))) return 0;
    }
    return turn < 0 || turn_round(self, turn);
}

static PyObject *result(Told *self) {
    PyObject *valences = PyList_New(self->valences.size);
    for (Py_ssize_t i = 0; valences && i < self->valences.size; i++) {
        PyObject *valence = PyFloat_FromDouble(self->valences.at[i]);
        if (!valence || PyList_SetItem(valences, i, valence) < 0) Py_CLEAR(valences);
    }
    return valences ? Py_BuildValue("Ns#", valences, self->marks.at, self->marks.size) : NULL;
}

/* Return what the turn in `text` tells, an empty tuple where nothing is said; NULL on an error. */
static PyObject *told(Told *self) {
    int is_said = 0, tells = 0;
    self->pieces.size = self->spoken.size = self->said.size = self->places.size = self->valences.size = 0;
    self->plain.size = self->marks.size = 0;
    if (!split(self, &is_said) || !note_spoken(self)) return NULL;
    if (!is_said) return PyTuple_New(0);
    if (find_phrases(self)) tells = 1;
    for (Py_ssize_t i = 0; i < self->pieces.size && !tells; i++)
        tells = (self->kinds.at[self->pieces.at[i].word] | self->kinds.at[self->pieces.at[i].whole]) & TELLS;
    if (tells && !(note_said(self) && tell(self))) return NULL;
    return result(self);
}

static PyObject *told_of(Told *self, PyObject *turn) {
    Py_ssize_t size;
    int has_marks;
    if (!PyUnicode_Check(turn)) return PyErr_Format(PyExc_TypeError, "what a turn says is a text");
    if (!self->is_made) return PyErr_Format(PyExc_RuntimeError, "a lexicon has to be made first");
    const char *bytes = PyUnicode_AsUTF8AndSize(turn, &size);
    if (!bytes) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return NULL;
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    if (size >= INT32_MAX / 4 || self->is_busy) Py_RETURN_NONE;
    self->text.size = self->lower.size = self->plain.size = self->marks.size = 0;
    if (!ROOM(self->text, size + 1) || !ROOM(self->lower, size + 1) || !ROOM(self->plain, size + 1) ||
        !ROOM(self->marks, size + 1))
        return NULL;
    if (!take(self, bytes, size, &has_marks)) Py_RETURN_NONE;
    if (has_marks) unmark(self);
    self->is_busy = 1;
    PyObject *found = told(self);
    self->is_busy = 0;
    return found;
}

static int told_init(Told *self, PyObject *args, PyObject *keywords) {
    PyObject *lexicon, *boosters, *idioms, *negating, *of_idioms, *hesitations, *tree;
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!O!O!", &PyDict_Type, &lexicon, &PyDict_Type, &boosters, &PyDict_Type, &idioms,
                          &PyList_Type, &negating, &PyList_Type, &of_idioms, &PyList_Type, &hesitations, &PyList_Type,
                          &tree))
        return -1;
    if (self->words.size) {
        PyErr_SetString(PyExc_RuntimeError, "a lexicon is made once");
        return -1;
    }
    if (!PUSH(self->words, (Entry){0, 0, 0, 0}) || !PUSH(self->kinds, 0)) return -1;
    for (int32_t i = ANY; i <= VERY; i++)
        if (number_of(self, by_name[i], (Py_ssize_t)strlen(by_name[i])) != i) return -1;
    self->kinds.at[NO] = self->kinds.at[SO] = self->kinds.at[THIS] = self->kinds.at[LEAST] = CHANGES;
    int done = add_values(self, lexicon, TELLS, 0) && add_values(self, boosters, BOOSTS | CHANGES, 1) &&
               add_values(self, idioms, 0, 1) && add_kind(self, negating, NEGATES | CHANGES) &&
               add_kind(self, of_idioms, OF_IDIOM) && add_kind(self, hesitations, HESITATES) && add_tree(self, tree);
    self->is_made = done;
    return done ? 0 : -1;
}

static void told_dealloc(Told *self) {
    PyTypeObject *type = Py_TYPE(self);
    void *const all[] = {self->slots.at,  self->words.at,  self->kinds.at,  self->names.at,  self->idioms.at, self->nodes.at,
                         self->branches.at, self->text.at,   self->lower.at,  self->plain.at,  self->marks.at,
                         self->pieces.at, self->spoken.at, self->said.at,   self->places.at, self->valences.at};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"of", (PyCFunction)told_of, METH_O,
     "Return the valences that a turn tells and its ! and ?, () where it says nothing, None where Python has to tell."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot type_slots[] = {
    {Py_tp_init, told_init},
    {Py_tp_dealloc, told_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_doc, "Tells of turns: (lexicon, boosters, idioms, negating, of idioms, hesitations, tree of phrases)."},
    {0, NULL},
};

static PyType_Spec type_spec = {"coach._mood.Told", sizeof(Told), 0, Py_TPFLAGS_DEFAULT, type_slots};

static int exec_module(PyObject *module) { return add_type(module, "Told", &type_spec); }

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, exec_module}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_mood", "What the words of turns tell, in C.", 0, NULL, module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__mood(void) { return PyModuleDef_Init(&definition); }
