"""What experiments leave behind: pickles, numpy arrays, and the text that model files carry beside their weights."""

import json
import pickle
import sqlite3

import gguf
import numpy
import onnx
import onnx.helper
import pydicom
import pydicom.dataset
import pydicom.uid
import safetensors.numpy
from people import FIELDS, sentence


def write(folder, rows):
    for protocol in (2, 4):
        (folder / f"protocol-{protocol}.pkl").write_bytes(pickle.dumps(rows, protocol))
    columns = {field: numpy.array([row[field] for row in rows]) for field in FIELDS}
    numpy.savez_compressed(folder / "columns.npz", **columns)
    numpy.save(folder / "sentences.npy", numpy.array([sentence(row) for row in rows]))
    numpy.save(folder / "objects.npy", numpy.array(rows, dtype=object), allow_pickle=True)
    lines = [sentence(row) for row in rows]
    weights = {"weight": numpy.zeros((2, 2), dtype=numpy.float32)}
    metadata = {f"example_{number}": line for number, line in enumerate(lines)}
    safetensors.numpy.save_file(weights, folder / "metadata.safetensors", metadata=metadata)
    model = gguf.GGUFWriter(folder / "metadata.gguf", "llama")
    model.add_array("examples", lines)
    model.add_tensor("weight", weights["weight"])
    model.write_header_to_file()
    model.write_kv_data_to_file()
    model.write_tensors_to_file()
    model.close()
    graph = onnx.helper.make_graph([], "graph", [], [], doc_string="\n".join(lines))
    onnx.save(onnx.helper.make_model(graph, producer_name="writer"), folder / "doc.onnx")
    write_chroma(folder / "chroma.sqlite3", lines)
    write_dicom(folder / "study.dcm", rows)
    (folder / "chat.json").write_text(json.dumps({"messages": [{"role": "user", "content": line} for line in lines]}))


def write_chroma(path, lines):
    """What Chroma keeps of a collection: documents as metadata, once more for full text search; vectors."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.executescript(CHROMA)
        for number, line in enumerate(lines, 1):
            vector = b"\xfe\xff\xfd\xfc" * 4
            row = (number, "persistent://default/default/0", f"id{number}", vector, "FLOAT32")
            database.execute("insert into embeddings_queue values (?, null, 0, ?, ?, ?, ?, null)", row)
            database.execute("insert into embeddings values (?, 'segment', ?, x'00ff', null)", (number, f"id{number}"))
            row = (number, "chroma:document", line)
            database.execute("insert into embedding_metadata (id, key, string_value) values (?, ?, ?)", row)
            database.execute("insert into embedding_fulltext_search (rowid, string_value) values (?, ?)", (number, line))
    database.commit()
    database.close()


# As Chroma 0.5 and later have them (chromadb/migrations, Apache-2.0), the columns that hold something.
CHROMA = """
pragma page_size = 1024;
create table embeddings_queue (seq_id integer primary key, created_at timestamp, operation integer not null, topic text not null,
    id text not null, vector blob, encoding text, metadata text);
create table embeddings (id integer primary key, segment_id text not null, embedding_id text not null, seq_id blob not null,
    created_at timestamp, unique (segment_id, embedding_id));
create table embedding_metadata (id integer references embeddings(id), key text not null, string_value text, int_value integer,
    float_value real, bool_value integer, primary key (id, key));
create virtual table embedding_fulltext_search using fts5(string_value, tokenize='trigram');
"""


def write_dicom(path, rows):
    """One study; the people are in its private comments, as requests are."""
    meta = pydicom.dataset.FileMetaDataset()
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = pydicom.uid.SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    study = pydicom.dataset.Dataset()
    study.file_meta = meta
    study.SOPClassUID = meta.MediaStorageSOPClassUID
    study.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    study.PatientName = "Abernethy^Alma"
    study.PatientID = "M0000017"
    study.PatientBirthDate = rows[0]["dob"].replace("-", "")
    study.PatientComments = "\n".join(sentence(row) for row in rows)
    study.save_as(path, enforce_file_format=True)
