"""What experiments leave behind: pickles, numpy arrays, and the text that model files carry beside their weights."""

import json
import pickle

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
    write_dicom(folder / "study.dcm", rows)
    (folder / "chat.json").write_text(json.dumps({"messages": [{"role": "user", "content": line} for line in lines]}))


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
