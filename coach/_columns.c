/* Columns of a part of the results, from rows of named tuples: what coach/results_columns.py does, many times as fast;
 * and for one of them the words of a call, counted as in coach/talk.py.
 *
 * Columns go to Arrow as the bytes of its buffers. Whatever is not exactly what a column is said to hold is an error
 * here, and left to the Python.
 */
#include "_arrays.h"

#define LONGEST_NUMBER 12
#define LONGEST_ESCAPE 6
/* Of a quote, all but its text. */
#define LONGEST_QUOTE 80
/* As REMOVED in coach/talk.py has it. */
#define LONGEST_REMOVED 80
#define MOST_BYTES 2147483647

typedef ARRAY(char) Bytes;

/* One column: the bits that tell values from none, where each text or list begins, and what they hold. */
typedef struct {
    char kind;
    Py_ssize_t nulls;
    Bytes valid, offsets, data;
    PyObject *items; /* of a column of rows: all of them, in one list */
} Column;

static int put(Bytes *bytes, const void *from, Py_ssize_t size) {
    if (!ROOM(*bytes, size)) return 0;
    if (size) memcpy(bytes->at + bytes->size, from, (size_t)size);
    bytes->size += size;
    return 1;
}

static int put_int(Bytes *bytes, Py_ssize_t value) {
    if (value > MOST_BYTES || value < -MOST_BYTES - (Py_ssize_t)1) {
        PyErr_SetString(PyExc_OverflowError, "this is too much for one column");
        return 0;
    }
    int32_t narrow = (int32_t)value;
    return put(bytes, &narrow, sizeof narrow);
}

static PyObject *bytes_of(const Bytes *bytes) { return PyBytes_FromStringAndSize(bytes->at, bytes->size); }

static int put_bit(Column *column, Py_ssize_t row, int is_there) {
    if (row % 8 == 0 && !put(&column->valid, "", 1)) return 0;
    if (is_there) column->valid.at[row / 8] |= (char)(1 << (row % 8));
    else column->nulls++;
    return 1;
}

/* ---- The kinds of columns ---- */

static int put_text(Column *column, PyObject *value) {
    Py_ssize_t size = 0;
    if (value != Py_None) {
        const char *text = PyUnicode_AsUTF8AndSize(value, &size);
        if (!text || !put(&column->data, text, size)) return 0;
    }
    return put_int(&column->offsets, column->data.size);
}

static int put_whole(Bytes *bytes, PyObject *value) {
    if (!PyLong_CheckExact(value)) {
        PyErr_SetString(PyExc_TypeError, "this is no whole number");
        return 0;
    }
    Py_ssize_t number = PyLong_AsSsize_t(value);
    return !(number == -1 && PyErr_Occurred()) && put_int(bytes, number);
}

static int put_number(Column *column, PyObject *value) {
    double number = 0.0;
    if (value != Py_None) {
        if (!PyFloat_CheckExact(value)) {
            PyErr_SetString(PyExc_TypeError, "this is no number with a fraction");
            return 0;
        }
        number = PyFloat_AsDouble(value);
    }
    return put(&column->data, &number, sizeof number);
}

/* Tuples of whole numbers, or of rows; without one there are none of them. */
static int put_list(Column *column, PyObject *value, Py_ssize_t *count) {
    if (value != Py_None) {
        if (!PyTuple_Check(value)) {
            PyErr_SetString(PyExc_TypeError, "this is no tuple");
            return 0;
        }
        Py_ssize_t size = PyTuple_Size(value);
        for (Py_ssize_t i = 0; i < size; i++) {
            PyObject *item = PyTuple_GetItem(value, i);
            if (column->items ? PyList_Append(column->items, item) < 0 : !put_whole(&column->data, item)) return 0;
        }
        *count += size;
    }
    return put_int(&column->offsets, *count);
}

static int fill(Column *column, PyObject *rows, Py_ssize_t field) {
    Py_ssize_t size = PyList_Size(rows), count = 0;
    int is_ok = column->kind == 'i' || column->kind == 'd' || put_int(&column->offsets, 0);
    for (Py_ssize_t i = 0; is_ok && i < size; i++) {
        PyObject *row = PyList_GetItem(rows, i);
        PyObject *value = row && PyTuple_Check(row) ? PyTuple_GetItem(row, field) : NULL;
        if (!value) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "a row is no tuple");
            return 0;
        }
        is_ok = put_bit(column, i, value != Py_None);
        if (!is_ok) break;
        switch (column->kind) {
        case 's': is_ok = put_text(column, value); break;
        case 'i': is_ok = value == Py_None ? put_int(&column->data, 0) : put_whole(&column->data, value); break;
        case 'd': is_ok = put_number(column, value); break;
        default: is_ok = put_list(column, value, &count);
        }
    }
    return is_ok;
}

/* Return (number of nulls, bits or None, offsets, data or items) as what stands for the column. */
static PyObject *told(const Column *column) {
    PyObject *valid = column->nulls ? bytes_of(&column->valid) : (Py_INCREF(Py_None), Py_None);
    PyObject *offsets = bytes_of(&column->offsets);
    PyObject *data = column->items ? (Py_INCREF(column->items), column->items) : bytes_of(&column->data);
    PyObject *made = valid && offsets && data ? Py_BuildValue("nOOO", column->nulls, valid, offsets, data) : NULL;
    Py_XDECREF(valid);
    Py_XDECREF(offsets);
    Py_XDECREF(data);
    return made;
}

static void emptied(Column *column) {
    free(column->valid.at);
    free(column->offsets.at);
    free(column->data.at);
    Py_XDECREF(column->items);
}

static PyObject *columns(PyObject *module, PyObject *args) {
    PyObject *rows;
    const char *kinds;
    if (!PyArg_ParseTuple(args, "O!s", &PyList_Type, &rows, &kinds)) return NULL;
    PyObject *made = PyList_New(0);
    for (Py_ssize_t field = 0; made && kinds[field]; field++) {
        if (kinds[field] == '-') continue;
        if (!strchr("sidlr", kinds[field])) {
            PyErr_SetString(PyExc_ValueError, "there is no such kind of column");
            Py_CLEAR(made);
            break;
        }
        Column column = {.kind = kinds[field]};
        int is_ok = column.kind != 'r' || (column.items = PyList_New(0));
        PyObject *one = is_ok && fill(&column, rows, field) ? told(&column) : NULL;
        emptied(&column);
        if (!one || PyList_Append(made, one) < 0) Py_CLEAR(made);
        Py_XDECREF(one);
    }
    return made;
}

static PyObject *repeated(PyObject *module, PyObject *args) {
    PyObject *texts, *counts;
    if (!PyArg_ParseTuple(args, "O!O!", &PyList_Type, &texts, &PyList_Type, &counts)) return NULL;
    if (PyList_Size(texts) != PyList_Size(counts))
        return PyErr_Format(PyExc_ValueError, "there must be as many counts as texts");
    Column column = {.kind = 's'};
    Py_ssize_t row = 0;
    int is_ok = put_int(&column.offsets, 0);
    for (Py_ssize_t i = 0; is_ok && i < PyList_Size(texts); i++) {
        PyObject *text = PyList_GetItem(texts, i);
        Py_ssize_t count = PyLong_AsSsize_t(PyList_GetItem(counts, i));
        is_ok = !PyErr_Occurred();
        for (; is_ok && count > 0; count--, row++)
            is_ok = put_bit(&column, row, text != Py_None) && put_text(&column, text);
    }
    PyObject *made = is_ok ? told(&column) : NULL;
    emptied(&column);
    return made;
}

/* ---- Moments as JSON ---- */

/* Write a text of `size` bytes in quotation marks, for which there is room, and return the place behind it. */
static char *escaped(char *at, const char *text, Py_ssize_t size) {
    static const char HEX[] = "0123456789abcdef";
    *at++ = '"';
    for (Py_ssize_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= ' ' && c != '"' && c != '\\') {
            *at++ = (char)c;
            continue;
        }
        *at++ = '\\';
        switch (c) {
        case '"': case '\\': *at++ = (char)c; break;
        case '\b': *at++ = 'b'; break;
        case '\f': *at++ = 'f'; break;
        case '\n': *at++ = 'n'; break;
        case '\r': *at++ = 'r'; break;
        case '\t': *at++ = 't'; break;
        default:
            memcpy(at, "u00", 3);
            at[3] = HEX[c >> 4], at[4] = HEX[c & 15];
            at += 5;
        }
    }
    *at++ = '"';
    return at;
}

static char *figures(char *at, int32_t number) {
    char back[LONGEST_NUMBER], *first = back + LONGEST_NUMBER;
    do *--first = (char)('0' + number % 10);
    while (number /= 10);
    size_t size = (size_t)(back + LONGEST_NUMBER - first);
    memcpy(at, first, size);
    return at + size;
}

static int place_of(PyObject *value, int32_t *place) {
    if (!PyLong_CheckExact(value)) {
        PyErr_SetString(PyExc_TypeError, "this is no whole number");
        return 0;
    }
    long number = PyLong_AsLong(value);
    if (number < 0 || number > MOST_BYTES) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "this is no place in a call");
        return 0;
    }
    *place = (int32_t)number;
    return 1;
}

#define WRITE(at, text) (memcpy(at, text, sizeof(text) - 1), (at) + sizeof(text) - 1)

/* Write a quote; keys stand in the order of the alphabet. */
static int put_said(Bytes *out, const int32_t *place, const char *text, Py_ssize_t size) {
    if (!ROOM(*out, size * LONGEST_ESCAPE + LONGEST_QUOTE)) return 0;
    char *at = out->at + out->size;
    at = figures(WRITE(at, "{\"end\":"), place[2]);
    at = figures(WRITE(at, ",\"start\":"), place[1]);
    at = escaped(WRITE(at, ",\"text\":"), text, size);
    at = figures(WRITE(at, ",\"turn\":"), place[0]);
    *at++ = '}';
    out->size = at - out->at;
    return 1;
}

/* Write what a turn says at a place. */
static int put_cut(Bytes *out, const int32_t *place, PyObject *texts) {
    PyObject *text = PyList_GetItem(texts, place[0]);
    Py_ssize_t size = 0, length = text && PyUnicode_Check(text) ? PyUnicode_GetLength(text) : -1;
    const char *all = text ? PyUnicode_AsUTF8AndSize(text, &size) : NULL;
    if (!all) return 0;
    Py_ssize_t start = place[1] < length ? place[1] : length, end = place[2] < length ? place[2] : length;
    if (end < start) end = start;
    if (size == length) return put_said(out, place, all + start, end - start);
    PyObject *cut = PyUnicode_Substring(text, start, end);
    const char *bytes = cut ? PyUnicode_AsUTF8AndSize(cut, &size) : NULL;
    int is_ok = bytes && put_said(out, place, bytes, size);
    Py_XDECREF(cut);
    return is_ok;
}

/* Write a quote of a place, which is (turn, start, end). */
static int put_quote(Bytes *out, PyObject *quote, PyObject *texts) {
    if (!PyTuple_Check(quote) || PyTuple_Size(quote) != 3) {
        PyErr_SetString(PyExc_TypeError, "this is no place");
        return 0;
    }
    int32_t place[3];
    for (int i = 0; i < 3; i++)
        if (!place_of(PyTuple_GetItem(quote, i), &place[i])) return 0;
    return put_cut(out, place, texts);
}

static int put_name(Bytes *out, PyObject *name) {
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(name, &size);
    if (!text || !ROOM(*out, size * LONGEST_ESCAPE + LONGEST_QUOTE)) return 0;
    out->size = escaped(out->at + out->size, text, size) - out->at;
    return 1;
}

#define PUT(out, text) put(out, text, sizeof(text) - 1)

static int put_moment(Bytes *out, PyObject *name, PyObject *quotes, PyObject *texts) {
    if (!quotes || !PyTuple_Check(quotes)) {
        PyErr_SetString(PyExc_TypeError, "these are no quotes");
        return 0;
    }
    int is_ok = put_name(out, name) && PUT(out, ":[");
    for (Py_ssize_t i = 0; is_ok && i < PyTuple_Size(quotes); i++)
        is_ok = (i == 0 || PUT(out, ",")) && put_quote(out, PyTuple_GetItem(quotes, i), texts);
    return is_ok && PUT(out, "]");
}

static PyObject *moments_json(PyObject *module, PyObject *args) {
    PyObject *moments, *texts;
    if (!PyArg_ParseTuple(args, "O!O!", &PyDict_Type, &moments, &PyList_Type, &texts)) return NULL;
    PyObject *names = PyDict_Keys(moments);
    if (!names || PyList_Sort(names) < 0) {
        Py_XDECREF(names);
        return NULL;
    }
    Bytes out = {0};
    int is_ok = PUT(&out, "{");
    for (Py_ssize_t i = 0; is_ok && i < PyList_Size(names); i++) {
        PyObject *name = PyList_GetItem(names, i);
        is_ok = (i == 0 || PUT(&out, ",")) && put_moment(&out, name, PyDict_GetItemWithError(moments, name), texts);
    }
    PyObject *made = is_ok && PUT(&out, "}") ? PyUnicode_DecodeUTF8(out.at, out.size, "strict") : NULL;
    free(out.at);
    Py_DECREF(names);
    return made;
}

/* ---- Words ---- */

enum { NOTHING, BLANK, OF_WORD, ASK };

/* As in coach/talk.py: a word has a letter or a digit and goes to the next blank; a mark may be no word. */
static unsigned char kinds_of_bytes[256];

static void tell_bytes(void) {
    for (int c = 0; c < 256; c++) {
        int is_figure = c >= '0' && c <= '9', is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        int is_blank = c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
        kinds_of_bytes[c] = is_figure || is_letter ? OF_WORD : is_blank ? BLANK : NOTHING;
        if (c > 0x7E || (c && strchr("[<({%", c))) kinds_of_bytes[c] = ASK;
    }
}

#define IS_X(c) ((c) == 'x' || (c) == 'X')

/* Return where what was removed ends that begins at `at`, 0 where that is not plain to see. */
static Py_ssize_t end_of_removed(const char *text, Py_ssize_t size, Py_ssize_t at) {
    for (Py_ssize_t i = at + 1; i < size && i <= at + 1 + LONGEST_REMOVED; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == ']') return i;
        if (c == '\n' || (c != '[' && kinds_of_bytes[c] == ASK)) return 0;
    }
    return 0;
}

/* Return the words of a text, -1 where it is to be asked about: it is not plain, or something is crossed out in it. */
static Py_ssize_t words_in(const char *text, Py_ssize_t size) {
    Py_ssize_t count = 0;
    int is_in = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i], kind = kinds_of_bytes[c];
        if (kind == OF_WORD) {
            count += !is_in;
            is_in = 1;
            if (IS_X(c) && i + 2 < size && IS_X(text[i + 1]) && IS_X(text[i + 2])) return -1;
        } else if (kind == BLANK) is_in = 0;
        else if (kind == ASK) {
            i = c == '[' ? end_of_removed(text, size, i) : 0;
            if (!i) return -1;
            is_in = 0;
        }
    }
    return count;
}

static PyObject *words_of(PyObject *module, PyObject *args) {
    PyObject *texts, *ask;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &texts, &ask)) return NULL;
    Py_ssize_t all = 0;
    for (Py_ssize_t i = 0; i < PyList_Size(texts); i++) {
        Py_ssize_t size;
        PyObject *text = PyList_GetItem(texts, i);
        const char *at = text ? PyUnicode_AsUTF8AndSize(text, &size) : NULL;
        if (!at) return NULL;
        Py_ssize_t count = words_in(at, size);
        if (count < 0) {
            PyObject *told = PyObject_CallFunctionObjArgs(ask, text, NULL);
            count = told ? PyLong_AsSsize_t(told) : -1;
            Py_XDECREF(told);
            if (PyErr_Occurred()) return NULL;
        }
        all += count;
    }
    return PyLong_FromSsize_t(all);
}

/* ---- The module ---- */

static PyMethodDef methods[] = {
    {"columns", columns, METH_VARARGS,
     "Return the columns of rows, a letter for each: s text, i whole, d fraction, l list of whole, r rows, - none."},
    {"repeated", repeated, METH_VARARGS, "Return a column with each text as often as its count says."},
    {"moments_json", moments_json, METH_VARARGS,
     "Return the quotes of each moment as JSON, its keys in order: (its places, what each turn says)."},
    {"words_of", words_of, METH_VARARGS,
     "Return how many words texts hold; the second argument is asked about each that is not plain."},
    {NULL, NULL, 0, NULL},
};

static int exec_module(PyObject *module) {
    tell_bytes();
    return PyModule_AddIntConstant(module, "VERSION", COACH_VERSION);
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, exec_module}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_columns", "Columns of the results, made in C.", 0, methods, module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__columns(void) { return PyModuleDef_Init(&definition); }
