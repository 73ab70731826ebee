"""The task program of the tutorial, as the nodes run it: the most frequent words of a text, uploaded with a SAS.

It needs nothing but the standard library of Python 3.
"""

import argparse
import os
import string
import urllib.parse
import urllib.request
from collections import Counter


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--filepath", required=True, help="the text")
    parser.add_argument("--numwords", type=int, required=True, help="how many words are wanted")
    parser.add_argument("--blobendpoint", required=True, help="the URL of the storage account")
    parser.add_argument("--storagecontainer", required=True, help="where the output goes")
    parser.add_argument("--sastoken", required=True, help="the right to write there")
    options = parser.parse_args()

    path = os.path.realpath(options.filepath)
    with open(path, encoding="utf-8") as text:
        words = (word.strip(string.punctuation) for word in text.read().split())
        counts = Counter(word for word in words if word)

    stem, extension = os.path.splitext(path)
    output = f"{stem}_OUTPUT{extension}"
    line = "-" * 30
    with open(output, "w", encoding="utf-8") as file:
        print("Word\tCount", line, sep="\n", file=file)
        for word, count in counts.most_common(options.numwords):
            print(f"{word}:\t{count}", file=file)
        print(line, file=file)
        for name in ("Node", "Task", "Job", "Pool"):
            print(f"{name}: {os.environ[f'AZ_BATCH_{name.upper()}_ID']}", file=file)

    name = os.path.basename(output)
    print(f"Uploading file {output} to container [{options.storagecontainer}]...")
    place = f"{options.blobendpoint}/{options.storagecontainer}/{urllib.parse.quote(name)}"
    with open(output, "rb") as file:
        request = urllib.request.Request(f"{place}?{options.sastoken}", data=file.read(), method="PUT")
    request.add_header("x-ms-blob-type", "BlockBlob")
    request.add_header("Content-Type", "text/plain")
    # The account is on this machine: no proxy is asked.
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()


if __name__ == "__main__":
    main()
